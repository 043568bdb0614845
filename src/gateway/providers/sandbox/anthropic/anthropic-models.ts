import { AnthropicRefusal, invalid } from './anthropic-answers.js';

/** What the sandbox knows of one model. */
export interface ClaudeModel {
  readonly id: string;
  /** Other names of the same model. */
  readonly aliases: readonly string[];
  readonly name: string;
  /** RFC 3339. */
  readonly created: string;
  readonly context: number;
  readonly maxOutput: number;
  /**
   * Forms of `thinking` beside `disabled`. `enabled` has a budget, `adaptive` an effort; a model with adaptive thinking
   * alone thinks unless it is told not to, and shows nothing of it unless it is asked to.
   */
  readonly thinking: ReadonlyArray<'enabled' | 'adaptive'>;
  /** Refuses `thinking: {type: "disabled"}`. */
  readonly alwaysThinks: boolean;
  /** Values of `output_config.effort`. */
  readonly efforts: readonly string[];
  /** How many of temperature and top_p a request may hold: both, one of them, or none. */
  readonly sampling: 'both' | 'one' | 'none';
  readonly prefill: boolean;
  readonly structured: boolean;
  /** Takes messages of role `system` among the others. */
  readonly systemTurns: boolean;
}

const FIVE = {
  aliases: [],
  context: 1_000_000,
  maxOutput: 128_000,
  thinking: ['adaptive'],
  alwaysThinks: false,
  efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
  sampling: 'none',
  prefill: false,
  structured: true,
  systemTurns: true,
} as const satisfies Partial<ClaudeModel>;

const FOUR_FIVE = {
  context: 200_000,
  maxOutput: 64_000,
  thinking: ['enabled'],
  alwaysThinks: false,
  efforts: [],
  sampling: 'one',
  prefill: true,
  structured: true,
  systemTurns: false,
} as const satisfies Partial<ClaudeModel>;

const MODELS: readonly ClaudeModel[] = [
  { ...FIVE, id: 'claude-fable-5-2', name: 'Claude Fable 5.2', created: '2026-11-05T00:00:00Z', alwaysThinks: true },
  { ...FIVE, id: 'claude-opus-5-5', name: 'Claude Opus 5.5', created: '2026-10-01T00:00:00Z' },
  { ...FIVE, id: 'claude-sonnet-5-5', name: 'Claude Sonnet 5.5', created: '2026-10-01T00:00:00Z' },
  { ...FIVE, id: 'claude-haiku-5-5', name: 'Claude Haiku 5.5', created: '2026-10-15T00:00:00Z' },
  {
    ...FIVE,
    id: 'claude-opus-4-6',
    name: 'Claude Opus 4.6',
    created: '2026-02-05T00:00:00Z',
    context: 200_000,
    thinking: ['enabled', 'adaptive'],
    efforts: ['low', 'medium', 'high', 'max'],
    sampling: 'one',
    systemTurns: false,
  },
  {
    ...FOUR_FIVE,
    id: 'claude-opus-4-5-20251101',
    aliases: ['claude-opus-4-5'],
    name: 'Claude Opus 4.5',
    created: '2025-11-24T00:00:00Z',
    efforts: ['low', 'medium', 'high'],
  },
  {
    ...FOUR_FIVE,
    id: 'claude-haiku-4-5-20251001',
    aliases: ['claude-haiku-4-5'],
    name: 'Claude Haiku 4.5',
    created: '2025-10-15T00:00:00Z',
  },
  {
    ...FOUR_FIVE,
    id: 'claude-sonnet-4-5-20250929',
    aliases: ['claude-sonnet-4-5'],
    name: 'Claude Sonnet 4.5',
    created: '2025-09-29T00:00:00Z',
  },
  {
    ...FOUR_FIVE,
    id: 'claude-3-5-sonnet-20241022',
    aliases: ['claude-3-5-sonnet-latest'],
    name: 'Claude Sonnet 3.5 (New)',
    created: '2024-10-22T00:00:00Z',
    maxOutput: 8_192,
    thinking: [],
    sampling: 'both',
    structured: false,
  },
];

const BY_NAME: ReadonlyMap<string, ClaudeModel> = new Map(
  MODELS.flatMap((model) => [model.id, ...model.aliases].map((name) => [name, model] as const)),
);

/** @throws AnthropicRefusal 404 */
export function modelNamed(name: string): ClaudeModel {
  const model = BY_NAME.get(name);
  if (!model) throw new AnthropicRefusal(404, `model: ${name}`);
  return model;
}

function shown({ id, name, created, context, maxOutput }: ClaudeModel): object {
  return {
    type: 'model',
    id,
    display_name: name,
    created_at: created,
    max_input_tokens: context,
    max_tokens: maxOutput,
    capabilities: null,
  };
}

export function showModel(name: string): object {
  return shown(modelNamed(name));
}

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 1000;

/** GET /v1/models: a page of them, the newest first. @throws AnthropicRefusal 400 */
export function listModels(query: (name: string) => string | undefined): object {
  const limit = limitOf(query('limit'));
  const after = indexOf(query('after_id'), 'after_id');
  const before = indexOf(query('before_id'), 'before_id');
  const from = before === undefined ? (after ?? -1) + 1 : Math.max(0, before - limit);
  const to = Math.min(before ?? MODELS.length, from + limit);
  const page = MODELS.slice(from, to);
  return {
    data: page.map(shown),
    has_more: before === undefined ? to < MODELS.length : from > 0,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}

function limitOf(value: string | undefined): number {
  const limit = Number(value ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw invalid(`limit: Input should be between 1 and ${MAX_LIMIT}`);
  }
  return limit;
}

function indexOf(id: string | undefined, name: string): number | undefined {
  if (id === undefined) return undefined;
  const index = MODELS.findIndex((model) => model.id === id);
  if (index === -1) throw invalid(`${name}: unknown model '${id}'`);
  return index;
}
