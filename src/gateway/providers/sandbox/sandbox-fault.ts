import type { Break } from './exchange.js';
import type { Quota, RateWindow } from './rate-limits.js';
import type { SandboxRequest } from './sandbox-request.js';

/** How an answer ends: in order, by a broken connection, or not at all. */
export type WireEnd = 'end' | Break | 'park';

/** Which requests a fault is meant for, as data; what is left out does not matter. */
export interface FaultMatch {
  path?: string;
  method?: string;
  model?: string;
  stream?: boolean;
  apiKey?: string;
}

/** How often and for which requests a fault is used. */
export interface FaultScope {
  /** Without it, any POST; with it, any request that fits. Over HTTP only the data form is possible. */
  match?: FaultMatch | ((request: SandboxRequest) => boolean);
  /** How many requests take it; default 1. */
  times?: number | 'always';
}

/** Any status with any body. A string body goes out as it stands; anything else as JSON. */
export interface StatusFault {
  kind: 'status';
  status: number;
  /** Default: an error of the API's own that suits the status. */
  body?: unknown;
  /** `nested` wraps the body in `error`, as OpenAI does; default `flat`. */
  shape?: 'flat' | 'nested';
  headers?: Record<string, string>;
}

/** 429 with the API's own body; no `retry-after` unless it is given. */
export interface RateLimitFault {
  kind: 'rate-limit';
  /** `queue` is the overload that clears within seconds. */
  quota: Quota | 'queue';
  /** Default `minute`. */
  window?: RateWindow | 'second';
  retryAfter?: number | string;
  /** Such as `x-ratelimit-reset-tokens-minute`. */
  headers?: Record<string, string>;
}

/** An HTML page, as Cloudflare shows for 502, 503 or 520; with 200, a page where JSON is expected. */
export interface HtmlFault {
  kind: 'html';
  status: number;
}

/** 307 to another place. */
export interface RedirectFault {
  kind: 'redirect';
  location: string;
}

/** Takes the request and never answers. */
export interface NeverFault {
  kind: 'never';
}

/** Exactly these bytes as the answer's body, for replaying captures. */
export interface RawBodyFault {
  kind: 'raw-body';
  body: string | Uint8Array;
  status?: number;
  /** Default `application/json`. */
  contentType?: string;
  headers?: Record<string, string>;
}

/** Exactly these texts one after the other, each in a write of its own, for replaying streams. */
export interface RawFramesFault {
  kind: 'raw-frames';
  /** Sent as they stand: `data: {…}\n\n` is for the caller to write. */
  frames: string[];
  headers?: Record<string, string>;
  /** Milliseconds between two frames; default 0. */
  gapMs?: number;
  /** What happens after the last frame: an orderly end (default), a break, or nothing more. */
  ending?: WireEnd;
}

/** Nothing but what the API keeps a silent stream alive with (comment lines; Anthropic's `ping`) for so long, and then the answer; without `ms`, for ever. */
export interface PingsFault {
  kind: 'pings';
  ms?: number;
  /** Default 20. */
  everyMs?: number;
}

/** The answer's first byte comes late; `early` headers come at once. */
export interface SlowFault {
  kind: 'slow';
  ms: number;
  headers?: 'late' | 'early';
}

/** The answer stops after so many frames, or before byte `atByte` of its body; without either, in the middle. */
export interface CutFault {
  kind: 'cut';
  afterFrames?: number;
  atByte?: number;
  /** `end` is a clean end of the HTTP body (default); `close` and `reset` break the connection. */
  how?: 'end' | Break;
}

/** Nothing comes for `ms` after so many frames (or before byte `atByte`); without `ms`, for ever. */
export interface StallFault {
  kind: 'stall';
  afterFrames?: number;
  atByte?: number;
  ms?: number;
}

/** An error inside a stream that began with 200, as the API writes it; nothing follows it. */
export interface StreamErrorFault {
  kind: 'stream-error';
  /** 0 is an error as the very first frame. */
  afterFrames: number;
  /** Default 500; null leaves `status_code` out. */
  statusCode?: number | null;
  /** Members of `error`; default a server error. */
  error?: Record<string, unknown>;
  /** Writes the line `event: error` before the data. */
  event?: boolean;
}

/** The stream ends without its last event: `[DONE]`, Anthropic's `message_stop`; `park` also leaves the connection open. */
export interface NoDoneFault {
  kind: 'no-done';
  park?: boolean;
}

/** Usage and time come in an extra chunk with `choices: []` after the finish chunk (wire.md 1.6, rule 5). */
export interface UsageChunkFault {
  kind: 'usage-chunk';
}

/** How the stream's bytes look otherwise: all of it is allowed by the SSE specification. */
export interface FormatFault {
  kind: 'format';
  lineEnd?: 'crlf' | 'cr';
  bom?: boolean;
  /** Comment lines, and `event`, `id` and `retry` fields, between the frames. */
  noise?: boolean;
  /** `data:` without the space after the colon. */
  noSpace?: boolean;
  /** Each frame's JSON over several `data:` lines. */
  multiLine?: boolean;
}

/** The answer's bytes in writes of this size, or of these sizes in turn; 1 splits at every byte. */
export interface SplitFault {
  kind: 'split';
  sizes: number | number[];
  /** Milliseconds between two writes; default 0: one turn of the event loop. */
  gapMs?: number;
}

/** An extra frame after so many others: broken JSON, `choices: null`, or any other text. */
export interface ExtraFrameFault {
  kind: 'extra-frame';
  afterFrames: number;
  data: 'bad-json' | 'null-choices' | { raw: string };
}

/** Another `finish_reason` everywhere, such as `done`; null leaves it out. */
export interface FinishReasonFault {
  kind: 'finish-reason';
  value: string | null;
}

/** Tool calls with something wrong. */
export interface ToolDeltaFault {
  kind: 'tool-delta';
  /** Members that are left out of the calls of frames. */
  without?: Array<'index' | 'type' | 'id'>;
  /** All calls get the same id. */
  duplicateIds?: boolean;
}

/** Completion chunks that look like chat chunks (wire.md 1.5): the object's name, and text in `delta.content` too. */
export interface ChatShapeFault {
  kind: 'chat-shape';
  delta?: boolean;
}

/** The answer's body compressed, though nobody asked for it. */
export interface GzipFault {
  kind: 'gzip';
}

/** Several faults in one answer. */
export interface TogetherFault {
  kind: 'together';
  faults: FaultKind[];
}

/** Answers that take the place of the API's own: the request is neither authenticated nor validated. */
export type ReplacingFault =
  StatusFault | RateLimitFault | HtmlFault | RedirectFault | NeverFault | RawBodyFault | RawFramesFault;

/** Ways to spoil the answer that the API made; a refusal goes out unspoiled. */
export type SpoilingFault =
  | PingsFault
  | SlowFault
  | CutFault
  | StallFault
  | StreamErrorFault
  | NoDoneFault
  | UsageChunkFault
  | FormatFault
  | SplitFault
  | ExtraFrameFault
  | FinishReasonFault
  | ToolDeltaFault
  | ChatShapeFault
  | GzipFault;

export type FaultKind = ReplacingFault | SpoilingFault | TogetherFault;

/** One thing that goes wrong, and when. */
export type SandboxFault = FaultKind & FaultScope;
