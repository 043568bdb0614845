import {
  anything,
  boolean,
  type Check,
  type Fields,
  integer,
  list,
  number,
  object,
  oneOf,
  nullable,
  shape,
  string,
  tagged,
} from './field-checks.js';
import type { SandboxFault } from './sandbox-fault.js';

const count = integer(0);
const status = integer(100, 599);
const breaks = ['close', 'reset'] as const;

const scope: Fields = {
  match: shape({ path: string, method: string, model: string, stream: boolean, apiKey: string }),
  times: (value, path, issues) => {
    if (value !== 'always') integer(1)(value, path, issues);
  },
};

const sizes: Check = (value, path, issues) =>
  Array.isArray(value) ? list(integer(1), { min: 1 })(value, path, issues) : integer(1)(value, path, issues);

const extraData: Check = (value, path, issues) =>
  typeof value === 'object'
    ? shape({ raw: string }, ['raw'])(value, path, issues)
    : oneOf('bad-json', 'null-choices')(value, path, issues);

const inner: Check = (value, path, issues) => fault(value, path, issues);

const KINDS: Record<SandboxFault['kind'], [fields: Fields, ...required: string[]]> = {
  status: [{ status, body: anything, shape: oneOf('flat', 'nested'), headers: object }, 'status'],
  'rate-limit': [
    {
      quota: oneOf('requests', 'tokens', 'queue'),
      window: oneOf('second', 'minute', 'hour', 'day'),
      retryAfter: anything,
      headers: object,
    },
    'quota',
  ],
  html: [{ status }, 'status'],
  redirect: [{ location: string }, 'location'],
  never: [{}],
  'raw-body': [{ body: string, status, contentType: string, headers: object }, 'body'],
  'raw-frames': [
    { frames: list(string), headers: object, gapMs: count, ending: oneOf('end', ...breaks, 'park') },
    'frames',
  ],
  pings: [{ ms: count, everyMs: number(1, Infinity) }],
  slow: [{ ms: count, headers: oneOf('late', 'early') }, 'ms'],
  cut: [{ afterFrames: count, atByte: count, how: oneOf('end', ...breaks) }],
  stall: [{ afterFrames: count, atByte: count, ms: count }],
  'stream-error': [
    { afterFrames: count, statusCode: nullable(integer()), error: object, event: boolean },
    'afterFrames',
  ],
  'no-done': [{ park: boolean }],
  'usage-chunk': [{}],
  format: [{ lineEnd: oneOf('crlf', 'cr'), bom: boolean, noise: boolean, noSpace: boolean, multiLine: boolean }],
  split: [{ sizes, gapMs: count }, 'sizes'],
  'extra-frame': [{ afterFrames: count, data: extraData }, 'afterFrames', 'data'],
  'finish-reason': [{ value: nullable(string) }, 'value'],
  'tool-delta': [{ without: list(oneOf('index', 'type', 'id')), duplicateIds: boolean }],
  'chat-shape': [{ delta: boolean }],
  gzip: [{}],
  together: [{ faults: list(inner, { min: 1 }) }, 'faults'],
};

const fault = tagged(
  Object.fromEntries(
    Object.entries(KINDS).map(([kind, [fields, ...required]]) => [kind, { fields: { ...scope, ...fields }, required }]),
  ),
  'kind',
);

/** What is wrong with a list of faults that came over HTTP; empty when nothing is. */
export function faultIssues(value: unknown): string[] {
  const issues: string[] = [];
  list(fault)(value, 'faults', issues);
  return issues;
}

/** Tells whether a value is a list of faults in their data form. */
export function areFaults(value: unknown): value is SandboxFault[] {
  return faultIssues(value).length === 0;
}
