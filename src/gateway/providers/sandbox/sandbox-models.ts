/** How the answer of a model carries its thinking. */
export type ReasoningFormat = 'none' | 'parsed' | 'text_parsed' | 'raw' | 'hidden';

/** What the sandbox knows about one model: the table of wire.md 1.10 and 1.12. */
export interface SandboxModel {
  readonly id: string;
  readonly name: string;
  readonly ownedBy: string;
  readonly huggingFaceId: string;
  readonly created: number;
  readonly contextLength: number;
  readonly maxOutput: number;
  /** USD for one million tokens, in and out. */
  readonly price: readonly [number, number];
  readonly vision: boolean;
  /** Where `image_tokens` stands in the usage: captured in both places, by model. */
  readonly imageTokensAt: 'usage' | 'details';
  readonly developerRole: boolean;
  /** Values of `reasoning_effort` that are accepted; empty for a model that does not reason. */
  readonly efforts: readonly string[];
  readonly defaultEffort: string;
  readonly formats: readonly ReasoningFormat[];
  readonly toolsWithFormat: boolean;
  /** The chat template fails on system messages in a row. */
  readonly oneSystemMessage: boolean;
  /** Older models answer a usage without its `*_details`. */
  readonly usageDetails: boolean;
  readonly fingerprint: string;
  readonly tokenizer: string;
}

const ANY_FORMAT: readonly ReasoningFormat[] = ['none', 'parsed', 'text_parsed', 'raw', 'hidden'];

const shared = {
  ownedBy: 'Cerebras',
  contextLength: 131_072,
  maxOutput: 40_960,
  vision: false,
  imageTokensAt: 'usage',
  developerRole: false,
  efforts: [],
  defaultEffort: 'none',
  formats: ANY_FORMAT,
  toolsWithFormat: false,
  oneSystemMessage: false,
  usageDetails: true,
} as const satisfies Partial<SandboxModel>;

const llama = { ...shared, created: 1_733_443_200, usageDetails: false, tokenizer: 'Llama3' } as const;

const MODELS: readonly SandboxModel[] = [
  {
    ...shared,
    id: 'gpt-oss-120b',
    name: 'OpenAI GPT OSS',
    huggingFaceId: 'openai/gpt-oss-120b',
    created: 1_754_438_400,
    price: [0.35, 0.75],
    developerRole: true,
    efforts: ['low', 'medium', 'high'],
    defaultEffort: 'medium',
    fingerprint: 'fp_46358675aa6b1ba4d98d',
    tokenizer: 'GPT',
  },
  {
    ...shared,
    id: 'qwen-3.8-27b',
    name: 'Qwen 3.8 27B',
    huggingFaceId: 'Qwen/Qwen3.8-27B',
    created: 1_788_220_800,
    price: [0.99, 1.49],
    vision: true,
    imageTokensAt: 'details',
    efforts: ['none', 'low', 'medium', 'high'],
    defaultEffort: 'high',
    formats: ['none', 'parsed', 'raw'],
    oneSystemMessage: true,
    fingerprint: 'fp_0c5e1f6b27d94a83be12',
    tokenizer: 'Qwen',
  },
  {
    ...shared,
    id: 'gemma-4-31b',
    name: 'Gemma 4 31B',
    huggingFaceId: 'google/gemma-4-31b-it',
    created: 1_780_272_000,
    price: [0.99, 1.49],
    vision: true,
    efforts: ['none', 'low', 'medium', 'high'],
    formats: ['none', 'parsed'],
    fingerprint: 'fp_7d3a90e4c1f85b26aa07',
    tokenizer: 'Gemma',
  },
  {
    ...shared,
    id: 'zai-glm-4.7',
    name: 'Z.ai GLM 4.7',
    huggingFaceId: 'zai-org/GLM-4.7',
    created: 1_766_361_600,
    price: [2.25, 2.75],
    efforts: ['none', 'low', 'medium', 'high'],
    defaultEffort: 'medium',
    toolsWithFormat: true,
    fingerprint: 'fp_a33c042689e969567008',
    tokenizer: 'GLM',
  },
  {
    ...llama,
    id: 'llama-3.3-70b',
    name: 'Llama 3.3 70B',
    huggingFaceId: 'meta-llama/Llama-3.3-70B-Instruct',
    price: [0.85, 1.2],
    fingerprint: 'fp_e54bfb3b8ae0d8c5f9b1',
  },
  {
    ...llama,
    id: 'llama-3.2-90b',
    name: 'Llama 3.2 90B',
    huggingFaceId: 'meta-llama/Llama-3.2-90B-Instruct',
    price: [0.9, 1.2],
    fingerprint: 'fp_19c27f40d6ab5e83f012',
  },
  {
    ...llama,
    id: 'llama-3-8b',
    name: 'Llama 3 8B',
    huggingFaceId: 'meta-llama/Meta-Llama-3-8B-Instruct',
    price: [0.1, 0.1],
    fingerprint: 'fp_5b2e8d71c4f6093a7ed4',
  },
];

/** The models that the sandbox serves, by id; the Llamas are there for the provider guide, upstream retired them. */
export const SANDBOX_MODELS: ReadonlyMap<string, SandboxModel> = new Map(MODELS.map((model) => [model.id, model]));
