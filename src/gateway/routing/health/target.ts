/** One place that can answer: a model of a provider, reached with one of its keys. */
export interface Target {
  /** Unique among targets; targetId() makes it. */
  readonly id: string;
  readonly provider: string;
  /** The key's name, never its secret. */
  readonly key: string;
  readonly model: string;
  /** The share that the configuration gives it. */
  readonly weight: number;
  /** Targets of a higher tier are for when no lower one can answer. */
  readonly tier?: number;
}

/** The id under which breakers, figures and cooldowns of a target are kept. */
export function targetId(provider: string, key: string, model: string): string {
  return `${provider}/${model}#${key}`;
}

/** A target with its id. */
export function makeTarget(parts: Omit<Target, 'id' | 'weight'> & { weight?: number }): Target {
  return { weight: 1, ...parts, id: targetId(parts.provider, parts.key, parts.model) };
}
