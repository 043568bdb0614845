import { randomUUID } from 'node:crypto';
import type { StreamEvent, UpstreamAnswer } from '../upstream-answer.js';
import type { OpenAiRefusal } from './openai-refusal.js';

/** What api.openai.com adds to every answer, flat as node's `writeHead` takes it. A gateway must not hand the cookie on. */
export function openAiHeaders(contentType: string): string[] {
  const id = randomUUID().replaceAll('-', '');
  return Object.entries({
    'content-type': contentType,
    'openai-organization': 'org-sandbox',
    'openai-processing-ms': '7',
    'openai-version': '2020-10-01',
    'x-request-id': `req_${id}`,
    'x-ratelimit-limit-requests': '10000',
    'x-ratelimit-remaining-requests': '9999',
    'x-ratelimit-reset-requests': '6ms',
    'set-cookie': `__cf_bm=${id}; path=/; domain=.api.openai.com; HttpOnly; Secure; SameSite=None`,
    'x-content-type-options': 'nosniff',
    server: 'cloudflare',
    'cf-ray': `${id.slice(0, 16)}-FRA`,
  }).flat();
}

export function json(value: unknown, ticks = 1): UpstreamAnswer {
  return { status: 200, headers: openAiHeaders('application/json'), body: JSON.stringify(value, undefined, 2), ticks };
}

/** Bytes, whose length is stated. */
export function bytes(body: Buffer, contentType: string, more: readonly string[] = []): UpstreamAnswer {
  const headers = [...openAiHeaders(contentType), 'content-length', String(body.length), ...more];
  return { status: 200, headers, body, ticks: 1 };
}

export function text(body: string): UpstreamAnswer {
  return { status: 200, headers: openAiHeaders('text/plain; charset=utf-8'), body, ticks: 1 };
}

export function events(frames: ReadonlyArray<string | StreamEvent>, endMark?: string): UpstreamAnswer {
  const headers = openAiHeaders('text/event-stream; charset=utf-8');
  return { status: 200, headers, frames, ...(endMark !== undefined && { endMark }), body: '', ticks: frames.length };
}

/** An event with its name, as all of OpenAI's streams but chat and completions have it. */
export function namedEvent(value: { type: string; [key: string]: unknown }): StreamEvent {
  return { event: value.type, data: JSON.stringify(value) };
}

export function refusalAnswer({ status, problem, headers }: OpenAiRefusal): UpstreamAnswer {
  return {
    status,
    headers: [...openAiHeaders('application/json'), ...Object.entries(headers).flat()],
    body: JSON.stringify({ error: problem }, undefined, 2),
    ticks: 0,
  };
}
