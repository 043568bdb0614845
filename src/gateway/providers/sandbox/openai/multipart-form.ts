import type { SandboxRequest } from '../sandbox-request.js';
import { missing, OpenAiRefusal } from './openai-refusal.js';

export interface FormFile {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
}

/** A parsed form: the last of two fields of one name counts, as in the frameworks that APIs are made with. */
export interface Form {
  readonly fields: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, FormFile>;
}

const BLANK = Buffer.from('\r\n\r\n');

/** @throws OpenAiRefusal 400 for what is no form */
export function parseForm({ headers, rawBody }: SandboxRequest): Form {
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) throw new OpenAiRefusal(400, 'Could not parse multipart form');
  const fields = new Map<string, string>();
  const files = new Map<string, FormFile>();
  for (const part of partsOf(rawBody, boundary)) readPart(part, fields, files);
  return { fields, files };
}

export function fieldOf({ fields }: Form, name: string): string {
  const value = fields.get(name);
  if (value === undefined || value === '') throw missing(name);
  return value;
}

export function fileOf({ files }: Form, name: string): FormFile {
  const file = files.get(name) ?? files.get(`${name}[]`);
  if (!file) throw missing(name);
  return file;
}

function partsOf(body: Buffer, boundary: string): Buffer[] {
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: Buffer[] = [];
  let at = body.indexOf(delimiter);
  while (at !== -1) {
    const from = at + delimiter.length;
    if (body.subarray(from, from + 2).toString() === '--') return parts;
    const next = body.indexOf(`\r\n--${boundary}`, from);
    if (next === -1) break;
    parts.push(body.subarray(from + 2, next));
    at = next + 2;
  }
  throw new OpenAiRefusal(400, 'Could not parse multipart form: it has no end');
}

function readPart(part: Buffer, fields: Map<string, string>, files: Map<string, FormFile>): void {
  const end = part.indexOf(BLANK);
  const head = part.subarray(0, end).toString('utf8');
  const content = part.subarray(end + BLANK.length);
  const name = /\bname="([^"]*)"/i.exec(head)?.[1] ?? '';
  const filename = /\bfilename="([^"]*)"/i.exec(head)?.[1];
  if (filename === undefined) return void fields.set(name, content.toString('utf8'));
  const contentType = /^content-type:\s*(.+)$/im.exec(head)?.[1]?.trim() ?? 'application/octet-stream';
  files.set(name, { filename, contentType, content });
}
