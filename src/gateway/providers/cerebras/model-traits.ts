/** How a family of models differs from OpenAI's contract: else it is a 400 (wire.md 1.3, 1.7 and 1.9 to 1.12). */
export interface ModelTraits {
  /** Efforts that `reasoning_effort` takes; undefined: unknown, so the caller's value passes. Empty: does not reason. */
  readonly efforts?: readonly string[];
  /** Whether role `developer` exists beside `system`, and several system messages may follow each other. */
  readonly developerRole: boolean;
  /** Whether images are accepted; undefined: unknown. */
  readonly vision?: boolean;
  /** Whether `tools` and `response_format` may be sent together. */
  readonly toolsWithFormat: boolean;
  /** Values of `reasoning_format` that the model takes; undefined: all. */
  readonly reasoningFormats?: readonly string[];
  /** Highest `max_completion_tokens`; undefined: unknown. */
  readonly maxOutputTokens?: number;
}

const UNKNOWN: ModelTraits = { developerRole: false, toolsWithFormat: false };

/** By the beginning of the model id, so that a new size or version of a family behaves like the family. */
const FAMILIES: ReadonlyArray<readonly [prefix: string, traits: ModelTraits]> = [
  [
    'gpt-oss',
    {
      efforts: ['low', 'medium', 'high'],
      developerRole: true,
      vision: false,
      toolsWithFormat: false,
      maxOutputTokens: 40_960,
    },
  ],
  [
    'qwen-3.8',
    {
      ...UNKNOWN,
      efforts: ['none', 'low', 'medium', 'high'],
      vision: true,
      reasoningFormats: ['parsed', 'raw'],
      maxOutputTokens: 40_960,
    },
  ],
  [
    'gemma-4',
    {
      ...UNKNOWN,
      efforts: ['none', 'low', 'medium', 'high'],
      vision: true,
      reasoningFormats: ['parsed'],
      maxOutputTokens: 40_960,
    },
  ],
  [
    'zai-glm',
    {
      ...UNKNOWN,
      efforts: ['none', 'low', 'medium', 'high'],
      vision: false,
      toolsWithFormat: true,
      maxOutputTokens: 40_960,
    },
  ],
  ['llama', { ...UNKNOWN, efforts: [], vision: false }],
];

export function traitsOf(model: string): ModelTraits {
  return FAMILIES.find(([prefix]) => model.startsWith(prefix))?.[1] ?? UNKNOWN;
}
