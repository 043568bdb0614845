import { gzipSync } from 'node:zlib';
import type { FaultDialect } from './fault-dialect.js';
import { editDocument, spoilEvents } from './fault-events.js';
import type { CutFault, FormatFault, SpoilingFault, SplitFault, StallFault, WireEnd } from './sandbox-fault.js';
import type { StreamEvent, UpstreamAnswer } from './upstream-answer.js';

/** One thing that the sandbox does while it sends a spoiled answer: it writes, or it waits. */
export type WireStep = Buffer | { waitMs: number };

/** Every write and wait of a spoiled answer, in order. */
export interface WireScript {
  steps: WireStep[];
  end: WireEnd;
}

function find<Kind extends SpoilingFault['kind']>(faults: readonly SpoilingFault[], kind: Kind) {
  return faults.find((fault): fault is Extract<SpoilingFault, { kind: Kind }> => fault.kind === kind);
}

/** White space between JSON members may hold a line break: each line becomes a `data:` line of its own. */
function dataLines(data: string, format: FormatFault | undefined): string[] {
  if (!format?.multiLine || !data.startsWith('{')) return [data];
  return ['{', data.slice(1, -1), '}'];
}

/** What the SSE specification lets a server send between its frames. */
function noiseLines({ event }: StreamEvent, index: number): string[] {
  const name = event === undefined ? ['event: message'] : [];
  return [': keep-alive', '', `: frame ${index}`, ...name, `id: ${index}`, 'retry: 3000'];
}

const LINE_ENDS = { lf: '\n', crlf: '\r\n', cr: '\r' } as const;

function encode(event: StreamEvent, index: number, format: FormatFault | undefined): string {
  const colon = format?.noSpace ? ':' : ': ';
  const lines = dataLines(event.data, format).map((line) => `data${colon}${line}`);
  if (event.event !== undefined) lines.unshift(`event${colon}${event.event}`);
  if (format?.noise) lines.unshift(...noiseLines(event, index));
  return [...lines, '', ''].join(LINE_ENDS[format?.lineEnd ?? 'lf']);
}

/** The writes of an answer before anything cuts, stalls or splits them. */
function piecesOf(answer: UpstreamAnswer, faults: readonly SpoilingFault[], dialect: FaultDialect): Buffer[] {
  if (!answer.frames) {
    if (Buffer.isBuffer(answer.body)) return [answer.body];
    const body = faults.reduce((text, fault) => editDocument(dialect, fault, text) ?? text, answer.body);
    return [Buffer.from(body)];
  }
  const format = find(faults, 'format');
  const pieces = spoilEvents(answer, faults, dialect).map((event, index) => Buffer.from(encode(event, index, format)));
  const [first] = pieces;
  if (format?.bom && first) pieces[0] = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), first]);
  return pieces;
}

/** Divides the writes at a frame or at a byte; without either, in the middle. */
function divide(pieces: readonly Buffer[], at: CutFault | StallFault): [before: Buffer[], after: Buffer[]] {
  const atByte = at.atByte ?? (pieces.length === 1 ? Math.floor((pieces[0]?.length ?? 0) / 2) : undefined);
  if (at.afterFrames === undefined && atByte !== undefined) {
    const all = Buffer.concat(pieces);
    return [[all.subarray(0, atByte)], [all.subarray(atByte)]];
  }
  const frame = at.afterFrames ?? Math.floor(pieces.length / 2);
  return [pieces.slice(0, frame), pieces.slice(frame)];
}

function resize(bytes: Buffer, { sizes, gapMs = 0 }: SplitFault): WireStep[] {
  const list = typeof sizes === 'number' ? [sizes] : sizes;
  const steps: WireStep[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = list[turn % list.length] ?? 1;
    steps.push(bytes.subarray(at, at + size), { waitMs: gapMs });
    at += size;
  }
  return steps;
}

/** Splits across the borders of the writes, but not across a wait. */
function splitSteps(steps: readonly WireStep[], split: SplitFault): WireStep[] {
  const result: WireStep[] = [];
  let run: Buffer[] = [];
  const flush = () => {
    result.push(...resize(Buffer.concat(run), split));
    run = [];
  };
  for (const step of steps) {
    if (Buffer.isBuffer(step)) {
      run.push(step);
    } else {
      flush();
      result.push(step);
    }
  }
  flush();
  return result;
}

function endOf(faults: readonly SpoilingFault[], fallback: WireEnd): WireEnd {
  const cut = find(faults, 'cut');
  if (cut) return cut.how ?? 'end';
  return find(faults, 'no-done')?.park ? 'park' : fallback;
}

/** Bytes that stand in for the answer's own. */
export interface RawPieces {
  pieces: Array<string | Uint8Array>;
  gapMs?: number;
  end?: WireEnd;
}

function withGaps(pieces: readonly Buffer[], gapMs: number | undefined): WireStep[] {
  return gapMs ? pieces.flatMap((piece) => [piece, { waitMs: gapMs }]) : [...pieces];
}

function withStall(pieces: readonly Buffer[], stall: StallFault): WireStep[] {
  const [before, after] = divide(pieces, stall);
  return [...before, { waitMs: stall.ms ?? Infinity }, ...after];
}

/** Plans the writes of an answer as its faults want it. */
export function wireScript(
  answer: UpstreamAnswer,
  faults: readonly SpoilingFault[],
  dialect: FaultDialect,
  raw?: RawPieces,
): WireScript {
  let pieces = raw ? raw.pieces.map((piece) => Buffer.from(piece)) : piecesOf(answer, faults, dialect);
  if (find(faults, 'gzip')) pieces = [gzipSync(Buffer.concat(pieces))];
  const cut = find(faults, 'cut');
  if (cut) [pieces] = divide(pieces, cut);
  const stall = find(faults, 'stall');
  const steps = stall ? withStall(pieces, stall) : withGaps(pieces, raw?.gapMs);
  const split = find(faults, 'split');
  return { steps: split ? splitSteps(steps, split) : steps, end: endOf(faults, raw?.end ?? 'end') };
}
