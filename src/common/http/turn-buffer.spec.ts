import { setImmediate as nextTurn } from 'node:timers/promises';
import { TurnBuffer } from './turn-buffer.js';

describe('TurnBuffer', () => {
  const given: string[] = [];
  const buffer = new TurnBuffer((bytes) => given.push(bytes.toString()));

  beforeEach(() => given.splice(0));

  it('gives what one turn brings as one, in its order, before the next turn', async () => {
    for (const part of ['a', 'b', 'c']) buffer.add(Buffer.from(part));
    expect(given).toEqual([]);
    await nextTurn();
    expect(given).toEqual(['abc']);
  });

  it('keeps turns apart', async () => {
    buffer.add(Buffer.from('a'));
    await nextTurn();
    buffer.add(Buffer.from('b'));
    await nextTurn();
    expect(given).toEqual(['a', 'b']);
  });

  it('gives it at once when something follows, and once', async () => {
    buffer.add(Buffer.from('a'));
    buffer.flush();
    expect(given).toEqual(['a']);
    buffer.add(Buffer.from('b'));
    await nextTurn();
    buffer.flush();
    expect(given).toEqual(['a', 'b']);
  });

  it('takes what arrives while it gives out', async () => {
    const echoed: string[] = [];
    const echo: TurnBuffer = new TurnBuffer((bytes) => {
      if (echoed.push(bytes.toString()) === 1) echo.add(Buffer.from('again'));
    });
    echo.add(Buffer.from('once'));
    await nextTurn();
    expect(echoed).toEqual(['once', 'again']);
  });
});
