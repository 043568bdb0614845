import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);
/** The fastest level: events repeat their keys, so that it leaves about a twentieth. */
const LEVEL = 1;
/** Of one run, unpacked, in bytes; far above what is ever packed together. */
const MAX_UNPACKED = 64 * 1024 * 1024;

/** Server-sent events as they are stored. */
export function packFrames(frames: string): Promise<Uint8Array> {
  return deflate(frames, { level: LEVEL });
}

export async function unpackFrames(packed: Uint8Array): Promise<string> {
  return (await inflate(packed, { maxOutputLength: MAX_UNPACKED })).toString('utf8');
}
