import { crc32 } from 'node:zlib';
import { isRecord } from '../../../common/json/is-record.js';
import type { AttemptBegun, AttemptEnded, CallSettled } from '../usage-ledger.port.js';

/** What stands in the log. The first record of each segment says what wrote it. */
export type WalRecord =
  | { readonly kind: 'head'; readonly value: { readonly version: number; readonly at: number } }
  | { readonly kind: 'begun'; readonly value: AttemptBegun }
  | { readonly kind: 'ended'; readonly value: AttemptEnded }
  | { readonly kind: 'settled'; readonly value: CallSettled };

export const WAL_VERSION = 1;

const LETTERS = { head: 'h', begun: 'b', ended: 'e', settled: 's' } as const;
const KINDS: Readonly<Record<string, WalRecord['kind']>> = { h: 'head', b: 'begun', e: 'ended', s: 'settled' };
const NEWLINE = 10;
const BLANK = 32;
/** Eight hexadecimal digits of the checksum and a blank; then the letter of the kind, and JSON. */
const HEAD_BYTES = 9;
const HEX = Buffer.from('0123456789abcdef', 'latin1');

let scratch = Buffer.allocUnsafe(64 * 1024);

/**
 * One line: `<crc32 of the rest> <letter><JSON>\n`. JSON has no newline of its own, so a line that is whole and has its
 * checksum is a record, whatever stands before or behind it. The bytes are valid until the next call.
 */
export function encodeRecord(record: WalRecord): Buffer {
  const text = LETTERS[record.kind] + JSON.stringify(record.value);
  const most = HEAD_BYTES + text.length * 3 + 1;
  if (scratch.length < most) scratch = Buffer.allocUnsafe(most * 2);
  const end = HEAD_BYTES + scratch.write(text, HEAD_BYTES, 'utf8');
  let sum = crc32(scratch.subarray(HEAD_BYTES, end));
  for (let at = HEAD_BYTES - 2; at >= 0; at--) {
    scratch[at] = HEX[sum & 15] ?? 0;
    sum >>>= 4;
  }
  scratch[HEAD_BYTES - 1] = BLANK;
  scratch[end] = NEWLINE;
  return scratch.subarray(0, end + 1);
}

export interface Decoded {
  readonly records: readonly WalRecord[];
  /** Lines with a wrong checksum that others follow: the disk's fault, not that of a process that died. */
  readonly damaged: number;
  /** Bytes behind the last whole line. */
  readonly torn: number;
}

/** Reads a segment as far as it is whole. */
export function decodeRecords(bytes: Buffer): Decoded {
  const records: WalRecord[] = [];
  let damaged = 0;
  let from = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
    const record = decodeLine(bytes.subarray(from, end));
    if (record) records.push(record);
    else damaged += 1;
    from = end + 1;
  }
  return { records, damaged, torn: bytes.length - from };
}

function decodeLine(line: Buffer): WalRecord | undefined {
  if (line.length <= HEAD_BYTES || line[HEAD_BYTES - 1] !== BLANK) return undefined;
  const sum = line.toString('latin1', 0, HEAD_BYTES - 1);
  if (!/^[0-9a-f]{8}$/.test(sum) || crc32(line.subarray(HEAD_BYTES)) !== Number.parseInt(sum, 16)) return undefined;
  const kind = KINDS[line.toString('latin1', HEAD_BYTES, HEAD_BYTES + 1)];
  if (kind === undefined) return undefined;
  try {
    return asRecord(kind, JSON.parse(line.toString('utf8', HEAD_BYTES + 1)));
  } catch {
    // Its checksum is right, and it is no JSON: counted as damaged by the caller.
    return undefined;
  }
}

/** What an earlier or later version wrote has its checksum too, so the fields that are counted with are looked at. */
function asRecord(kind: WalRecord['kind'], value: unknown): WalRecord | undefined {
  if (kind === 'begun') return isBegun(value) ? { kind, value } : undefined;
  if (kind === 'ended') return isEnded(value) ? { kind, value } : undefined;
  if (kind === 'settled') return isSettled(value) ? { kind, value } : undefined;
  return isHead(value) ? { kind, value } : undefined;
}

function isHead(value: unknown): value is { version: number; at: number } {
  return isRecord(value) && areNumbers(value['version'], value['at']);
}

function isBegun(value: unknown): value is AttemptBegun {
  return (
    isRecord(value) &&
    typeof value['id'] === 'string' &&
    areNumbers(value['startedAt'], value['reservedCost']) &&
    isRecord(value['billing']) &&
    isRecord(value['billing']['levels']) &&
    Array.isArray(value['budgets'])
  );
}

function isEnded(value: unknown): value is AttemptEnded {
  return (
    isRecord(value) &&
    typeof value['id'] === 'string' &&
    areNumbers(value['endedAt'], value['cost']) &&
    isRecord(value['tokens'])
  );
}

function isSettled(value: unknown): value is CallSettled {
  return (
    isRecord(value) &&
    typeof value['requestId'] === 'string' &&
    Array.isArray(value['claims']) &&
    Array.isArray(value['actual'])
  );
}

const areNumbers = (...values: readonly unknown[]): boolean => values.every((value) => typeof value === 'number');
