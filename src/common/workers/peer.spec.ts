import { duplexPair, PassThrough, type Duplex } from 'node:stream';
import { Peer, PeerGone } from './peer.js';
import { topic } from './topic.js';

const DOUBLE = topic<number, number>('double');
const LATER = topic<string, string>('later');
const NOTE = topic<unknown>('note');

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Two ends of a pipe', () => {
  let streams: [Duplex, Duplex];
  let here: Peer;
  let there: Peer;

  beforeEach(() => {
    streams = duplexPair();
    here = new Peer(streams[0]);
    there = new Peer(streams[1]);
  });

  it('answer each other, at once or later, each question its own answer', async () => {
    there.on(DOUBLE, (number) => number * 2);
    there.on(LATER, async (text) => {
      await turn();
      return `${text}!`;
    });
    here.on(DOUBLE, (number) => number * -2);
    const asked = [here.ask(LATER, 'one'), here.ask(LATER, 'two'), here.ask(DOUBLE, 21), there.ask(DOUBLE, 21)];
    await expect(Promise.all(asked)).resolves.toEqual(['one!', 'two!', 42, -42]);
  });

  it('say what they say in one turn in one line, and in its order', async () => {
    const heard: unknown[] = [];
    const writes: string[] = [];
    there.on(NOTE, (body) => void heard.push(body));
    streams[1].on('data', (text: string) => writes.push(text));
    const said = [1, 'two\nlines', { three: [null, 'ü — 漢'] }];
    for (const body of said) here.post(NOTE, body);
    await turn();
    await turn();
    expect(heard).toEqual(said);
    expect(writes).toHaveLength(1);
  });

  it('understand what arrives byte by byte', async () => {
    const bytes = Buffer.from(
      `${JSON.stringify([
        [0, 'note', 'ü 漢 🐦'],
        [0, 'note', 2],
      ])}\n[[0,"note",3]]\n`,
    );
    const stream = new PassThrough();
    const heard: unknown[] = [];
    new Peer(stream).on(NOTE, (body) => void heard.push(body));
    for (const byte of bytes) stream.write(Buffer.from([byte]));
    await turn();
    expect(heard).toEqual(['ü 漢 🐦', 2, 3]);
  });

  it('hear of what failed at the other end, and of what nobody there deals with', async () => {
    there.on(DOUBLE, () => {
      throw new RangeError('too large');
    });
    await expect(here.ask(DOUBLE, 1)).rejects.toThrow('too large');
    await expect(here.ask(LATER, '')).rejects.toThrow("nobody deals with 'later'");
  });

  it('know when the other one is gone', async () => {
    there.on(LATER, () => new Promise(() => undefined));
    const closed = new Promise<void>((resolve) => here.onClosed(resolve));
    const asked = here.ask(LATER, 'before');
    streams[0].destroy();
    await closed;
    await expect(asked).rejects.toThrow(PeerGone);
    await expect(here.ask(LATER, 'after')).rejects.toThrow(PeerGone);
    expect(() => here.post(NOTE, 1)).not.toThrow();
  });
});
