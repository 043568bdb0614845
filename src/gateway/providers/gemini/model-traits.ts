/** What differs between Gemini's models and would be a 400, or lost, if it were sent alike to all. */
export interface ModelTraits {
  /** How the amount of thinking is said; undefined for a model that does not think, or of which nothing is known. */
  readonly thinking?: ThinkingTraits;
  /** Whether a call of a function has to come back with its signature. */
  readonly wantsSignatures: boolean;
  /** Whether the form of the answer may be asked for beside functions. */
  readonly toolsWithFormat: boolean;
}

export type ThinkingTraits =
  | { readonly kind: 'level'; readonly levels: readonly ThinkingLevel[] }
  /** Tokens; `least` is what a model takes that cannot be told not to think. */
  | { readonly kind: 'budget'; readonly least: number };

export type ThinkingLevel = 'MINIMAL' | 'LOW' | 'MEDIUM' | 'HIGH';

const ALL_LEVELS: readonly ThinkingLevel[] = ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'];
const WITHOUT_MINIMAL: readonly ThinkingLevel[] = ['LOW', 'MEDIUM', 'HIGH'];

/** Not of the family that writes text, or made for another purpose: nothing is assumed of them. */
const OTHER_PURPOSE = /(?:image|tts|live|audio|embedding|robotics|computer-use|omni)/;
/** With all levels (https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/thinking, 2026-11). */
const HAS_MINIMAL = /^gemini-3(?:\.[156])?-flash/;

/**
 * Known by the family in the id: 2.5 takes a budget, 3 and later take a level
 * (https://ai.google.dev/gemini-api/docs/thinking). A model that is newer than this table is taken for the newest.
 */
export function traitsOf(model: string): ModelTraits {
  const version = Number(/^gemini-(\d+(?:\.\d+)?)/.exec(model)?.[1] ?? Number.NaN);
  const isText = !Number.isNaN(version) && !OTHER_PURPOSE.test(model);
  const isNew = version >= 3;
  return { thinking: isText ? thinkingOf(model, version) : undefined, wantsSignatures: isNew, toolsWithFormat: isNew };
}

function thinkingOf(model: string, version: number): ThinkingTraits | undefined {
  if (version >= 3) return { kind: 'level', levels: HAS_MINIMAL.test(model) ? ALL_LEVELS : WITHOUT_MINIMAL };
  if (version >= 2.5) return { kind: 'budget', least: model.startsWith('gemini-2.5-pro') ? 128 : 0 };
  return undefined;
}
