import type { Core } from '../harness/children.js';

/** Where a target runs, and in front of what. */
export interface Place {
  readonly upstreamPort: number;
  /** The processor of the target; undefined: all, with as many workers as the target can have. */
  readonly core: Core;
  /** Folder of its own. */
  readonly folder: string;
}

/** A target that runs. */
export interface Gateway {
  readonly port: number;
  /** Undefined: there is nothing between load and upstream. */
  readonly pid: number | undefined;
  readonly path: string;
  /** What its callers call the model. */
  readonly model: string;
  readonly headers: Record<string, string>;
  /** Keys of its callers, of one length, used in turn; none: it asks for none. */
  readonly keys: readonly string[];
  /** From the start of the process until it answered that it is ready. Undefined: there is no process. */
  readonly readyMs?: number;
  /** How many attempts its ledger has, once it has taken in all. Undefined: it keeps none. */
  readonly ledgerRows?: (expected: number) => Promise<number>;
  stop(): Promise<void>;
}

/** Something that stands between a client and a provider. */
export interface Target {
  readonly name: string;
  /** What it is, in a few words, for the table. */
  readonly title: string;
  /** Whether what goes wrong in it fails the run; of peers it is told only. */
  readonly isPeer?: boolean;
  /** Whether it is as fast at first as ever: there is no compiler at work in it. */
  readonly isWarmAtOnce?: boolean;
  /** Why it cannot run here; undefined: it can. */
  missing(): string | undefined;
  /** @throws Error when it does not get ready; then it has left no process behind */
  start(place: Place): Promise<Gateway>;
}

export const CHAT_PATH = '/v1/chat/completions';
export const MODEL = 'gpt-oss-120b';
/** Those that Asbru is started with (decision 026). */
export const NODE_FLAGS: readonly string[] = ['--v8-pool-size=1', '--no-memory-reducer'];
