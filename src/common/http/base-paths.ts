/** Whose API a request speaks: errors, and nothing else at this level, are written in its form. */
export type Dialect = 'openai' | 'anthropic' | 'gemini';

/**
 * Bases that people write in their SDKs, each a prefix that means nothing but which dialect follows. They may be nested,
 * as in /litellm/anthropic. OpenAI's clients are pointed at a base with `/v1` or without; both work.
 */
const BASES: Readonly<Record<string, Dialect>> = {
  openai: 'openai',
  langchain: 'openai',
  litellm: 'openai',
  pydanticai: 'openai',
  anthropic: 'anthropic',
  genai: 'gemini',
};
const FIRST_SEGMENT = /^\/([a-z]+)(?=\/)/;
/** What OpenAI's API has below /v1: only such a path is completed with it. */
const OPENAI_ROOTS =
  /^\/(?:chat|completions|responses|models|embeddings|images|audio|files|uploads|batches|moderations|fine_tuning|vector_stores|assistants|threads|conversations|videos|containers|evals|realtime)(?=[/?]|$)/;
const ANTHROPIC_ROOTS = /^\/(?:messages|models)(?=[/?]|$)/;
/** Google's SDKs may be told to use another version of the API; below its own base there is no other API. */
const GEMINI_VERSION = /^\/v1(?:alpha|beta)?(?=\/)/;
/** A method stands behind the name, which may hold slashes and colons: no router can tell them apart. */
const GEMINI_METHOD =
  /^\/v1beta\/(?:models(?:\/|%2F))?([^?]+)(?::|%3A)(generateContent|streamGenerateContent|countTokens)(?=\?|$)/;

/** A request's path without the base that its client was given; a path without a base stays as it is. */
export function withoutBase(url: string): string {
  return url.startsWith('/v1/') ? url : split(url).path;
}

/** The dialect of a request by the path that its client wrote. */
export function dialectOf(originalUrl: string): Dialect {
  const { base, path } = split(originalUrl);
  if (path.startsWith('/v1/messages')) return 'anthropic';
  if (path.startsWith('/v1beta/')) return 'gemini';
  return base ?? 'openai';
}

/** What of a request says in which dialect it is to be answered. */
export interface Addressed {
  readonly originalUrl: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** The same of a request: the list of models is at one path for both vendors' clients, and Anthropic's say who they are. */
export function dialectOfRequest({ originalUrl, headers }: Addressed): Dialect {
  const dialect = dialectOf(originalUrl);
  const isAnthropics = headers['anthropic-version'] !== undefined && originalUrl.startsWith('/v1/models');
  return isAnthropics ? 'anthropic' : dialect;
}

function split(url: string): { base: Dialect | undefined; path: string } {
  let base: Dialect | undefined;
  let path = url;
  for (;;) {
    const [prefix, segment = ''] = FIRST_SEGMENT.exec(path) ?? [];
    if (prefix === undefined || !Object.hasOwn(BASES, segment)) break;
    base = BASES[segment];
    path = path.slice(prefix.length);
  }
  return { base, path: completed(path, base) };
}

/** The path as the routes are named. */
function completed(path: string, base: Dialect | undefined): string {
  if (base === 'gemini') return methodFirst(path.replace(GEMINI_VERSION, '/v1beta'));
  const roots = base === 'openai' ? OPENAI_ROOTS : base === 'anthropic' ? ANTHROPIC_ROOTS : undefined;
  if (roots?.test(path)) return `/v1${path}`;
  return path.startsWith('/v1beta/') ? methodFirst(path) : path;
}

/** `/v1beta/models/{name}:generateContent` as `/v1beta/generateContent/{name}`, which is an ordinary route. */
function methodFirst(path: string): string {
  return path.replace(GEMINI_METHOD, '/v1beta/$2/$1');
}
