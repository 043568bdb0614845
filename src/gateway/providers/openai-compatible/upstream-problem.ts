import { isRecord } from '../../../common/json/is-record.js';
import { upstreamText } from '../upstream-refusals.js';

/** What an upstream said of its failure, in whichever shape it said it. */
export interface UpstreamProblem {
  readonly message?: string;
  readonly type?: string;
  readonly param?: string;
  readonly code?: string;
  /** The HTTP status that the body states, where the answer's own is 200. */
  readonly status?: number;
}

/** The body of an answer whose status is an error; HTML, text and nothing are an empty problem. */
export function parseProblem(body: string): UpstreamProblem {
  try {
    return problemOf(JSON.parse(body));
  } catch {
    // HTML, text or nothing: there is nothing in it for the caller.
    return {};
  }
}

/**
 * The shapes that upstreams have: nested (OpenAI, Groq, OpenRouter: `code` is the status), flat (Cerebras, vLLM),
 * `{code, error: "…"}` (xAI), `{object: "error", message: {detail: […]}}` (Mistral), FastAPI's `detail` as a text or a list
 * of `{loc, msg}`, problem details (NVIDIA), a list with one of these, and Azure's `innererror`.
 */
export function problemOf(body: unknown): UpstreamProblem {
  const whole: unknown = Array.isArray(body) ? body[0] : body;
  if (!isRecord(whole)) return {};
  const source = isRecord(whole.error) ? whole.error : whole;
  // Mistral's `message` may itself be the details.
  const detail = detailOf(source.detail) ?? detailOf(source.message);
  return {
    message: firstOf(upstreamText, source.message, whole.error, detail?.message, source.title),
    type: upstreamText(source.type),
    param: firstOf(upstreamText, source.param, detail?.param),
    code: upstreamText(source.code),
    status: firstOf(statusOf, whole.status_code, source.code, source.status, whole.status),
  };
}

function firstOf<T>(read: (value: unknown) => T | undefined, ...values: readonly unknown[]): T | undefined {
  for (const value of values) {
    const found = read(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Detail {
  readonly message: string;
  readonly param?: string;
}

/** FastAPI's `detail`: a text, or what is wrong with each field. */
function detailOf(detail: unknown): Detail | undefined {
  const plain = upstreamText(detail);
  if (plain !== undefined) return { message: plain };
  if (!Array.isArray(detail))
    return isRecord(detail) ? detailOf(detail.detail ?? detail.message ?? detail.msg) : undefined;
  const found = detail.filter(isRecord).flatMap(({ loc, msg }) => {
    const said = upstreamText(msg);
    return said === undefined ? [] : [{ message: said, param: pathOf(loc) }];
  });
  const [first] = found;
  if (!first) return undefined;
  const messages = found.map(({ message, param }) => (param === undefined ? message : `${param}: ${message}`));
  return { message: upstreamText(messages.join('; ')) ?? first.message, param: first.param };
}

/** `["body", "messages", 0, "content"]` as `messages[0].content`. */
function pathOf(loc: unknown): string | undefined {
  if (!Array.isArray(loc)) return undefined;
  const steps = loc.filter((step) => typeof step === 'string' || typeof step === 'number');
  if (steps[0] === 'body') steps.shift();
  if (steps.length === 0) return undefined;
  return steps.map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i > 0 ? '.' : ''}${step}`)).join('');
}

function statusOf(value: unknown): number | undefined {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : undefined;
}
