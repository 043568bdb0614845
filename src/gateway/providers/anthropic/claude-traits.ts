/** What a Claude model takes, as far as its generation tells. */
export interface ClaudeTraits {
  /** `budget`: `thinking` wants a number of tokens; `adaptive`: an effort in its place; undefined: it does not think. */
  readonly thinking: 'budget' | 'adaptive' | undefined;
  /** It thinks whatever the request says. */
  readonly alwaysThinks: boolean;
  /** It thinks when the request says nothing, and hides its thoughts unless it is asked to show them. */
  readonly hidesThoughts: boolean;
  /** Values of `output_config.effort`; empty where it has none. */
  readonly efforts: readonly string[];
  /** How many of `temperature` and `top_p` a request may hold: both, one of them, or none. */
  readonly sampling: 'both' | 'one' | 'none';
  /** `output_config.format`, and `strict` of tools. */
  readonly structured: boolean;
  /** Undefined where no source says it. */
  readonly maxOutputTokens: number | undefined;
}

const EFFORTS_4_5 = ['low', 'medium', 'high'];
const EFFORTS_4_6 = [...EFFORTS_4_5, 'max'];
const EFFORTS_4_7 = [...EFFORTS_4_5, 'xhigh', 'max'];

/** The version in an id: `claude-opus-4-5-20251101`, `claude-3-7-sonnet-latest`, `claude-sonnet-5`. */
const FAMILY_FIRST = /claude-([a-z]+)-(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/;
const VERSION_FIRST = /claude-(\d)(?:[-.](\d{1,2}))?-([a-z]+)/;

interface Version {
  readonly family: string;
  /** 4.5 is 405. */
  readonly number: number;
}

function versionOf(id: string): Version | undefined {
  const [, family, major, minor] = FAMILY_FIRST.exec(id) ?? [];
  if (family !== undefined && major !== undefined) return { family, number: numberOf(major, minor) };
  const [, first, second, name] = VERSION_FIRST.exec(id) ?? [];
  return name === undefined || first === undefined ? undefined : { family: name, number: numberOf(first, second) };
}

const numberOf = (major: string, minor = '0'): number => Number(major) * 100 + Number(minor);

/** Families whose models think whatever they are told. */
const ALWAYS = new Set(['fable', 'mythos']);

/**
 * The traits by an id's version, so that a model of tomorrow has those of the newest of today, and so has an id without
 * a version. Sources: the pages of platform.claude.com on models, adaptive thinking, effort and structured outputs, and
 * the refusals that Anthropic's API gives (`temperature` from 4.7 on, both sampling parameters from 4.5 on).
 */
export function traitsOf(id: string): ClaudeTraits {
  const { family, number } = versionOf(id) ?? { family: '', number: Infinity };
  return {
    thinking: thinkingOf(number),
    alwaysThinks: ALWAYS.has(family),
    hidesThoughts: number >= 407,
    efforts: effortsOf(family, number),
    sampling: samplingOf(number),
    structured: number >= 405,
    maxOutputTokens: maxOutputOf(family, number),
  };
}

function thinkingOf(version: number): ClaudeTraits['thinking'] {
  if (version >= 406) return 'adaptive';
  return version >= 307 ? 'budget' : undefined;
}

function effortsOf(family: string, version: number): readonly string[] {
  if (version >= 407) return EFFORTS_4_7;
  if (version >= 406) return EFFORTS_4_6;
  return version === 405 && family === 'opus' ? EFFORTS_4_5 : [];
}

function samplingOf(version: number): ClaudeTraits['sampling'] {
  if (version >= 407) return 'none';
  return version >= 405 ? 'one' : 'both';
}

function maxOutputOf(family: string, version: number): number | undefined {
  if (!Number.isFinite(version)) return undefined;
  if (version >= 406) return 128_000;
  if (version >= 307) return version < 405 && family === 'opus' ? 32_000 : 64_000;
  return version >= 305 ? 8_192 : 4_096;
}
