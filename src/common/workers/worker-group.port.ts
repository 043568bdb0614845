import type { Topic } from './topic.js';

/**
 * The processes of one gateway on one machine, and the supervisor that started them. Messages are JSON; they arrive in
 * their order and are not lost, but for those to and from a process that dies. The class is the injection token.
 */
export abstract class WorkerGroup {
  /** This one's number, from 1 on. */
  abstract readonly id: number;
  /** How many there are; 1: there is no supervisor. */
  abstract readonly size: number;
  /** A folder that they share, and that ends with the gateway; undefined: there is none. */
  abstract readonly folder: string | undefined;
  /** Tells the other workers, or one of them. */
  abstract tell<Body>(topic: Topic<Body>, message: Body, to?: number): void;
  /** Hears what others tell, and which one. One function for each topic. */
  abstract hear<Body>(topic: Topic<Body>, hear: (message: Body, from: number) => void): void;
  /** Hears of workers that ended, however they did. */
  abstract onLeft(hear: (id: number) => void): void;
  /** Tells the supervisor. */
  abstract post<Body>(topic: Topic<Body>, message: Body): void;
  /** Asks the supervisor. @throws PeerGone (as a rejection) when there is none any more */
  abstract ask<Body, Answer>(topic: Topic<Body, Answer>, message: Body): Promise<Answer>;
  /** Answers what the supervisor asks, or deals with what it says. */
  abstract answer<Body, Answer>(topic: Topic<Body, Answer>, answer: (message: Body) => Answer | Promise<Answer>): void;

  get isAlone(): boolean {
    return this.size === 1;
  }
}
