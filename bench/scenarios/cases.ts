import { availableParallelism } from 'node:os';
import { fileLimit } from '../harness/children.js';
import type { LoadPlan } from '../harness/load.js';
import type { UpstreamAnswer } from '../harness/upstream.js';
import { history, sized } from './bodies.js';

/** One kind of load, which every target gets in turn. */
export interface Case {
  readonly id: string;
  readonly title: string;
  readonly answer: UpstreamAnswer;
  readonly body: (model: string) => string;
  readonly plan: (seconds: number) => LoadPlan;
  /** Nothing like it was asked of the targets before: it takes a long warm-up. */
  readonly isFirstOfKind?: boolean;
  /** A shorter load of the same kind, or one with more requests, to warm up with before. */
  readonly warmUp?: Pick<Case, 'answer' | 'plan'>;
  /** Once is enough, with no turn before that warms up. */
  readonly isLong?: boolean;
  /** More rounds than are asked for, where a small difference counts. */
  readonly leastRounds?: number;
  /** A target that does not reach this rate is not asked for the higher ones. */
  readonly rate?: number;
  /** Names of the targets that it is for. Default: all. */
  readonly only?: readonly string[];
}

const WHOLE: UpstreamAnswer = { kind: 'json', bytes: 1_200 };
const CHUNKS = 100;
const BURST: UpstreamAnswer = { kind: 'sse', chunks: CHUNKS, paceUs: 0 };
const SHORT: UpstreamAnswer = { kind: 'sse', chunks: 10, paceUs: 0 };
const ENDLESS = 100_000;
const PACED: UpstreamAnswer = { kind: 'sse', chunks: ENDLESS, paceUs: 50_000 };
/** Below every gateway's clock for a silent upstream. */
const IDLE: UpstreamAnswer = { kind: 'sse', chunks: ENDLESS, paceUs: 25_000_000 };
/** A stream takes two sockets of a gateway, which has a worker for each processor; they do not share quite evenly. */
const MOST_STREAMS = Math.min(10_000, Math.floor(0.4 * availableParallelism() * (fileLimit() - 300)));
const HELD_SECONDS = 8;
const RELAY_SECONDS = 10;
/** p99 of 750 streams would be one bad moment of the machine. */
const FIRST_SECONDS = 6;
const BODY_TARGETS = ['nginx', 'bare', 'bare-json', 'asbru-on', 'portkey', 'bifrost'];
/** LiteLLM goes on for minutes with streams that it did not bring to an end in its turn. */
const STREAM_TARGETS = [
  'direct',
  'nginx',
  'bare',
  'bare-json',
  'asbru-off',
  'asbru-on',
  'asbru-redis',
  'portkey',
  'bifrost',
];
const SMALL = 400;
const OPEN_CONNECTIONS = 512;

const closed = (connections: number) => (seconds: number) => ({ mode: 'closed' as const, connections, seconds });
const atRate = (rate: number) => (seconds: number) => ({
  mode: 'open' as const,
  connections: OPEN_CONNECTIONS,
  seconds,
  rate,
});
const holding = (connections: number, rate: number) => (seconds: number) => ({
  mode: 'hold' as const,
  connections,
  seconds,
  rate,
});

const chatCase: Case = {
  id: 'chat',
  title: 'Chat, whole answer of 1.2 kB',
  answer: WHOLE,
  body: sized(SMALL),
  plan: closed(32),
  isFirstOfKind: true,
};

/** By what `--only` names. */
export const GROUPS = {
  chat: [chatCase],
  stream: [
    {
      id: 'stream',
      title: `Stream of ${CHUNKS} chunks without a pause`,
      answer: BURST,
      body: sized(SMALL, true),
      plan: closed(16),
      isFirstOfKind: true,
    },
  ],
  latency: [250, 500, 1_000, 2_000].map((rate) => ({
    id: `latency-${rate}`,
    title: `Chat at ${rate} requests a second`,
    answer: WHOLE,
    body: sized(SMALL),
    plan: atRate(rate),
    rate,
  })),
  first: [
    {
      id: 'first-500',
      title: 'First piece at 500 streams of 10 chunks a second',
      answer: SHORT,
      body: sized(SMALL, true),
      plan: (seconds) => atRate(500)(Math.max(seconds, FIRST_SECONDS)),
      warmUp: { answer: SHORT, plan: atRate(500) },
      only: STREAM_TARGETS,
    },
  ],
  relay: [
    {
      id: 'relay-500',
      title: '500 streams, a chunk every 50 ms',
      answer: PACED,
      body: sized(SMALL, true),
      // Long, because what 500 new streams take from the heap is moved about in the first two seconds.
      plan: (seconds) => holding(500, 250)(Math.max(seconds, RELAY_SECONDS)),
      isFirstOfKind: true,
      // Of its own streams there would be 500.
      warmUp: { answer: SHORT, plan: closed(16) },
      only: STREAM_TARGETS,
    },
  ],
  bodies: [
    ...[1_000, 32_000, 256_000, 1_000_000].map((bytes) => ({
      id: `body-${bytes / 1_000}k`,
      title: `Request of ${bytes / 1_000} kB`,
      answer: WHOLE,
      body: sized(bytes),
      plan: closed(16),
      only: BODY_TARGETS,
      isFirstOfKind: bytes === 1_000,
    })),
    {
      id: 'body-200-messages',
      title: 'Request of 200 messages',
      answer: WHOLE,
      body: history(200),
      plan: closed(16),
      only: BODY_TARGETS,
    },
  ],
  held: [
    {
      id: 'held-10000',
      title: 'Open streams, a chunk every 25 s',
      answer: IDLE,
      body: sized(SMALL, true),
      plan: () => holding(MOST_STREAMS, 400)(HELD_SECONDS),
      isLong: true,
      // The others take minutes to open so many.
      only: ['nginx', 'bare', 'asbru-on', 'portkey'],
    },
  ],
  keys: [{ ...chatCase, id: 'keys', title: 'Chat with 10, 1,000 and 100,000 keys', leastRounds: 7 }],
  cores: [{ ...chatCase, id: 'chat-all-cores', title: 'Chat, all processors', plan: closed(64) }],
  start: [],
} satisfies Record<string, readonly Case[]>;

export type Group = keyof typeof GROUPS;
export const GROUP_NAMES = Object.keys(GROUPS) as Group[];
