import type { Duplex } from 'node:stream';
import { ChurnMap } from '../collections/churn-map.js';
import type { Topic } from './topic.js';

const POST = 0;
const ASK = 1;
const ANSWER = 2;
const FAILURE = 3;

type Message =
  | readonly [typeof POST, topic: string, body: unknown]
  | readonly [typeof ASK, topic: string, body: unknown, number: number]
  | readonly [typeof ANSWER, number: number, body: unknown]
  | readonly [typeof FAILURE, number: number, text: string];

interface Asked {
  resolve(body: unknown): void;
  reject(error: Error): void;
}

interface Dealer {
  deal(body: unknown): unknown;
}

/** The process at the other end has ended. */
export class PeerGone extends Error {
  override readonly name = 'PeerGone';

  constructor() {
    super('The process at the other end has ended');
  }
}

/**
 * One end of a pipe between two processes of a gateway. What is said in one turn of the event loop goes in one line of
 * JSON, by one system call; both ends are the same version of the same program, so nothing else is checked.
 */
export class Peer {
  private readonly topics = new Map<string, Dealer>();
  private readonly asked = new ChurnMap<number, Asked>();
  private readonly farewells: Array<() => void> = [];
  private waiting: Message[] = [];
  private isDue = false;
  private isReading = false;
  private isClosed = false;
  private serial = 0;
  private rest = '';

  constructor(private readonly stream: Duplex) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => this.read(text));
    // A pipe that breaks is closed next, and what was asked by then fails.
    stream.on('error', () => stream.destroy());
    stream.once('close', () => this.end());
  }

  /** Deals with all messages on a topic; what it returns answers those that ask. One function for each topic. */
  on<Body, Answer>({ name }: Topic<Body, Answer>, deal: (body: Body) => Answer | Promise<Answer>): void {
    this.topics.set(name, { deal });
  }

  onClosed(hear: () => void): void {
    this.farewells.push(hear);
  }

  post<Body>({ name }: Topic<Body>, body: Body): void {
    this.send([POST, name, body]);
  }

  /** @throws PeerGone (as a rejection) when the other end has ended, or does before it answers */
  ask<Body, Answer>({ name }: Topic<Body, Answer>, body: Body): Promise<Answer> {
    if (this.isClosed) return Promise.reject(new PeerGone());
    const number = ++this.serial;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.asked.set(number, { resolve, reject });
    this.send([ASK, name, body, number]);
    return promise;
  }

  close(): void {
    this.flush();
    this.stream.end();
  }

  private send(message: Message): void {
    if (this.isClosed) return;
    this.waiting.push(message);
    if (this.isDue || this.isReading) return;
    this.isDue = true;
    setImmediate(() => this.flush());
  }

  private flush(): void {
    this.isDue = false;
    if (this.waiting.length === 0 || this.isClosed) return;
    const line = `${JSON.stringify(this.waiting)}\n`;
    this.waiting = [];
    this.stream.write(line);
  }

  private read(text: string): void {
    let from = 0;
    this.isReading = true;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      const line = this.rest + text.slice(from, end);
      this.rest = '';
      from = end + 1;
      const messages: Message[] = JSON.parse(line);
      for (const message of messages) this.take(message);
    }
    this.rest += text.slice(from);
    this.isReading = false;
    // What was answered at once goes at once.
    this.flush();
  }

  private take(message: Message): void {
    if (message[0] === POST) return void this.topics.get(message[1])?.deal(message[2]);
    if (message[0] === ASK) return this.answer(message[1], message[2], message[3]);
    const asked = this.asked.get(message[1]);
    this.asked.delete(message[1]);
    if (message[0] === ANSWER) asked?.resolve(message[2]);
    else asked?.reject(new Error(message[2]));
  }

  private answer(topic: string, body: unknown, number: number): void {
    const fail = (error: unknown): void => this.send([FAILURE, number, String(error)]);
    try {
      const dealer = this.topics.get(topic);
      if (!dealer) return fail(`nobody deals with '${topic}'`);
      const answer = dealer.deal(body);
      if (answer instanceof Promise) answer.then((late: unknown) => this.send([ANSWER, number, late]), fail);
      else this.send([ANSWER, number, answer]);
    } catch (error) {
      fail(error);
    }
  }

  private end(): void {
    this.isClosed = true;
    for (const asked of this.asked.values()) asked.reject(new PeerGone());
    this.asked.clear();
    for (const hear of this.farewells) hear();
  }
}
