import { type Field, list, map, type Message, message, oneOf } from './proto-json.js';

/** The messages of google.ai.generativelanguage.v1beta that a request is made of (https://ai.google.dev/api). */
const BLOB: Message = { mimeType: 'string', data: 'bytes', displayName: 'string' };
const FILE: Message = { mimeType: 'string', fileUri: 'string', displayName: 'string' };
const PART: Message = {
  text: 'string',
  thought: 'bool',
  thoughtSignature: 'bytes',
  inlineData: message(() => BLOB),
  fileData: message(() => FILE),
  functionCall: message(() => ({ id: 'string', name: 'string', args: 'struct' })),
  functionResponse: message(() => ({
    id: 'string',
    name: 'string',
    response: 'struct',
    parts: list(message(() => ({ inlineData: message(() => BLOB), fileData: message(() => FILE) }))),
    willContinue: 'bool',
    scheduling: 'string',
  })),
  executableCode: message(() => ({ language: 'string', code: 'string', id: 'string' })),
  codeExecutionResult: message(() => ({ outcome: 'string', output: 'string', id: 'string' })),
  videoMetadata: 'struct',
  mediaResolution: 'struct',
  partMetadata: 'struct',
};
const CONTENT: Message = { role: 'string', parts: list(message(() => PART)) };

const TYPE = oneOf('Type', 'TYPE_UNSPECIFIED', 'STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT', 'NULL');
const SCHEMA: Message = {
  type: TYPE,
  format: 'string',
  title: 'string',
  description: 'string',
  nullable: 'bool',
  enum: list('string'),
  maxItems: 'int64',
  minItems: 'int64',
  properties: map(message(() => SCHEMA)),
  required: list('string'),
  minProperties: 'int64',
  maxProperties: 'int64',
  minLength: 'int64',
  maxLength: 'int64',
  pattern: 'string',
  example: 'value',
  anyOf: list(message(() => SCHEMA)),
  propertyOrdering: list('string'),
  default: 'value',
  items: message(() => SCHEMA),
  minimum: 'float',
  maximum: 'float',
};
const schema: Field = message(() => SCHEMA);

const TOOL: Message = {
  functionDeclarations: list(
    message(() => ({
      name: 'string',
      description: 'string',
      parameters: schema,
      parametersJsonSchema: 'value',
      response: schema,
      responseJsonSchema: 'value',
      behavior: 'string',
    })),
  ),
  googleSearch: 'struct',
  googleSearchRetrieval: 'struct',
  codeExecution: 'struct',
  urlContext: 'struct',
};

const MODE = oneOf('FunctionCallingConfig.Mode', 'MODE_UNSPECIFIED', 'AUTO', 'ANY', 'NONE', 'VALIDATED');
const LEVEL = oneOf('ThinkingConfig.ThinkingLevel', 'THINKING_LEVEL_UNSPECIFIED', 'MINIMAL', 'LOW', 'MEDIUM', 'HIGH');

const GENERATION_CONFIG: Message = {
  temperature: 'float',
  topP: 'float',
  topK: 'int32',
  candidateCount: 'int32',
  maxOutputTokens: 'int32',
  stopSequences: list('string'),
  seed: 'int32',
  presencePenalty: 'float',
  frequencyPenalty: 'float',
  responseLogprobs: 'bool',
  logprobs: 'int32',
  responseMimeType: 'string',
  responseSchema: schema,
  responseJsonSchema: 'value',
  ResponseJsonSchema: 'value',
  responseModalities: list('string'),
  mediaResolution: 'string',
  speechConfig: 'struct',
  enableEnhancedCivicAnswers: 'bool',
  thinkingConfig: message(() => ({ includeThoughts: 'bool', thinkingBudget: 'int32', thinkingLevel: LEVEL })),
};

/** A generateContent request. */
export const GENERATE_CONTENT: Message = {
  model: 'string',
  contents: list(message(() => CONTENT)),
  systemInstruction: message(() => CONTENT),
  tools: list(message(() => TOOL)),
  toolConfig: message(() => ({
    functionCallingConfig: message(() => ({ mode: MODE, allowedFunctionNames: list('string') })),
    retrievalConfig: 'struct',
    includeServerSideToolInvocations: 'bool',
  })),
  safetySettings: list(message(() => ({ category: 'string', threshold: 'string' }))),
  generationConfig: message(() => GENERATION_CONFIG),
  cachedContent: 'string',
  serviceTier: 'string',
  store: 'bool',
  labels: map('string'),
};

/** A countTokens request. */
export const COUNT_TOKENS: Message = {
  model: 'string',
  contents: list(message(() => CONTENT)),
  generateContentRequest: message(() => GENERATE_CONTENT),
};
