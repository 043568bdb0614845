import { GeminiRefusal, invalid } from './gemini-answers.js';

/** What the sandbox knows about one model. */
export interface SandboxGemini {
  readonly id: string;
  readonly name: string;
  readonly inputLimit: number;
  readonly outputLimit: number;
  /** Levels of thinking that it takes; undefined for a model that takes a budget, or none. */
  readonly levels?: readonly string[];
  /** The least and the largest budget, and whether 0 turns the thinking off. */
  readonly budget?: { readonly least: number; readonly most: number; readonly canBeOff: boolean };
  /** Whether calls have to come back with their signatures. */
  readonly wantsSignatures: boolean;
  readonly toolsWithFormat: boolean;
}

const LIMITS = { inputLimit: 1_048_576, outputLimit: 65_536 };
const THIRD = { ...LIMITS, wantsSignatures: true, toolsWithFormat: true };
const SECOND = { ...LIMITS, wantsSignatures: false, toolsWithFormat: false };

const MODELS: readonly SandboxGemini[] = [
  { ...THIRD, id: 'gemini-3.8-flash', name: 'Gemini 3.8 Flash', levels: ['LOW', 'MEDIUM', 'HIGH'] },
  { ...THIRD, id: 'gemini-3.1-pro-preview', name: 'Gemini 3.1 Pro Preview', levels: ['LOW', 'MEDIUM', 'HIGH'] },
  { ...THIRD, id: 'gemini-3.6-flash', name: 'Gemini 3.6 Flash', levels: ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'] },
  {
    ...SECOND,
    id: 'gemini-2.5-pro',
    name: 'Gemini 2.5 Pro',
    budget: { least: 128, most: 32_768, canBeOff: false },
  },
  {
    ...SECOND,
    id: 'gemini-2.5-flash',
    name: 'Gemini 2.5 Flash',
    budget: { least: 1, most: 24_576, canBeOff: true },
  },
  { ...SECOND, id: 'gemini-2.0-flash', name: 'Gemini 2.0 Flash', outputLimit: 8_192 },
];

const BY_ID: ReadonlyMap<string, SandboxGemini> = new Map(MODELS.map((model) => [model.id, model]));
const DEFAULT_PAGE = 50;

/** @throws GeminiRefusal 404 in the API's words */
export function modelNamed(id: string, method: string): SandboxGemini {
  const model = BY_ID.get(id);
  if (model) return model;
  throw new GeminiRefusal(
    404,
    `models/${id} is not found for API version v1beta, or is not supported for ${method}. Call ListModels to see the list of available models and their supported methods.`,
  );
}

/** One page of the list. */
export function listModels(query: (name: string) => string | undefined): object {
  const from = Number(query('pageToken') ?? 0);
  const size = Number(query('pageSize') ?? DEFAULT_PAGE);
  if (!Number.isInteger(from) || from < 0) throw invalid('Invalid page_token.');
  if (!Number.isInteger(size) || size < 0) throw invalid('page_size must be a positive number.');
  const to = from + Math.min(size === 0 ? DEFAULT_PAGE : size, 1_000);
  return {
    models: [...MODELS.slice(from, to).map(show), ...(to >= MODELS.length ? [EMBEDDING] : [])],
    ...(to < MODELS.length && { nextPageToken: String(to) }),
  };
}

export function show({ id, name, inputLimit, outputLimit, levels, budget }: SandboxGemini): object {
  return {
    name: `models/${id}`,
    version: '001',
    displayName: name,
    description: `${name}, simulated`,
    inputTokenLimit: inputLimit,
    outputTokenLimit: outputLimit,
    supportedGenerationMethods: ['generateContent', 'countTokens', 'createCachedContent', 'batchGenerateContent'],
    temperature: 1,
    topP: 0.95,
    topK: 64,
    maxTemperature: 2,
    ...((levels ?? budget) && { thinking: true }),
  };
}

/** Of the list only: a model that generates nothing. */
const EMBEDDING = {
  name: 'models/gemini-embedding-001',
  version: '001',
  displayName: 'Gemini Embedding 001',
  inputTokenLimit: 2_048,
  outputTokenLimit: 1,
  supportedGenerationMethods: ['embedContent', 'countTextTokens', 'countTokens'],
};
