/**
 * The wire JSON of Gemini's generateContent, v1beta (https://ai.google.dev/api/generate-content), in its camelCase
 * names; the API reads snake_case as well, see canonical-names.ts. Unknown keys are kept.
 */
export interface GenerateContentRequest {
  contents: GeminiContent[];
  systemInstruction?: GeminiContent;
  tools?: GeminiTool[];
  toolConfig?: { functionCallingConfig?: FunctionCallingConfig; [key: string]: unknown };
  generationConfig?: GenerationConfig;
  safetySettings?: unknown;
  cachedContent?: string;
  serviceTier?: string;
  /** Routes to ask when those of the model cannot answer (Asbru's own). */
  fallbacks?: string[];
  [key: string]: unknown;
}

/** One message: `user` or `model`; a tool's results come from the user. */
export interface GeminiContent {
  role?: string;
  parts?: GeminiPart[] | null;
  [key: string]: unknown;
}

export interface GeminiPart {
  text?: string;
  /** Whether `text` is a summary of the model's thoughts. */
  thought?: boolean;
  /** Opaque; Gemini 3 and later want that of a call back with the call. */
  thoughtSignature?: string;
  inlineData?: GeminiBlob;
  fileData?: { mimeType?: string; fileUri?: string; [key: string]: unknown };
  functionCall?: FunctionCall;
  functionResponse?: FunctionResponse;
  executableCode?: { language?: string; code?: string; [key: string]: unknown };
  codeExecutionResult?: { outcome?: string; output?: string; [key: string]: unknown };
  [key: string]: unknown;
}

/** Base64 data of a media type. */
export interface GeminiBlob {
  mimeType?: string;
  data?: string;
  [key: string]: unknown;
}

export interface FunctionCall {
  id?: string;
  name?: string;
  args?: Record<string, unknown>;
  [key: string]: unknown;
}

export interface FunctionResponse {
  id?: string;
  name?: string;
  response?: Record<string, unknown>;
  /** Media that belong to the response. */
  parts?: GeminiPart[] | null;
  [key: string]: unknown;
}

export interface GeminiTool {
  functionDeclarations?: FunctionDeclaration[];
  [key: string]: unknown;
}

export interface FunctionDeclaration {
  name?: string;
  description?: string;
  /** OpenAPI's subset, see openapi-schema.ts. */
  parameters?: unknown;
  /** JSON Schema, instead of `parameters`. */
  parametersJsonSchema?: unknown;
  [key: string]: unknown;
}

export interface FunctionCallingConfig {
  mode?: string;
  allowedFunctionNames?: string[];
  [key: string]: unknown;
}

/** Numbers may be kept as their source text, see RawJson. */
export interface GenerationConfig {
  temperature?: unknown;
  topP?: unknown;
  topK?: unknown;
  candidateCount?: unknown;
  maxOutputTokens?: unknown;
  stopSequences?: string[];
  seed?: unknown;
  presencePenalty?: unknown;
  frequencyPenalty?: unknown;
  responseLogprobs?: boolean;
  logprobs?: unknown;
  responseMimeType?: string;
  responseSchema?: unknown;
  responseJsonSchema?: unknown;
  responseModalities?: string[];
  thinkingConfig?: ThinkingConfig;
  [key: string]: unknown;
}

export interface ThinkingConfig {
  includeThoughts?: boolean;
  /** Tokens; 0: none, -1: as the model sees fit. */
  thinkingBudget?: unknown;
  thinkingLevel?: string;
  [key: string]: unknown;
}

/** A whole answer, or one piece of a streamed one: the API uses one shape for both. */
export interface GenerateContentResponse {
  candidates?: GeminiCandidate[];
  promptFeedback?: { blockReason?: string; [key: string]: unknown };
  usageMetadata?: UsageMetadata;
  modelVersion?: string;
  responseId?: string;
  [key: string]: unknown;
}

export interface GeminiCandidate {
  index?: number;
  content?: GeminiContent;
  finishReason?: string;
  finishMessage?: string;
  avgLogprobs?: number;
  logprobsResult?: LogprobsResult;
  [key: string]: unknown;
}

export interface LogprobsResult {
  chosenCandidates?: LogprobsCandidate[];
  topCandidates?: Array<{ candidates?: LogprobsCandidate[] }>;
  [key: string]: unknown;
}

export interface LogprobsCandidate {
  token?: string;
  tokenId?: number;
  logProbability?: number;
}

/** Token counts; thoughts are not part of the candidates', cached tokens are part of the prompt's. */
export interface UsageMetadata {
  promptTokenCount?: number;
  cachedContentTokenCount?: number;
  candidatesTokenCount?: number;
  thoughtsTokenCount?: number;
  toolUsePromptTokenCount?: number;
  totalTokenCount?: number;
  [key: string]: unknown;
}

/**
 * What stands for a signature that nobody has: Gemini takes the call that carries it without looking
 * (https://ai.google.dev/gemini-api/docs/thought-signatures).
 */
export const NO_SIGNATURE = 'skip_thought_signature_validator';
