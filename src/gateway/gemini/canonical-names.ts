import { isRecord } from '../../common/json/is-record.js';
import { GatewayError } from '../../common/errors/gateway-error.js';

/**
 * A message of the API: its fields by their camelCase names. `leaf` is a value whose inside is not the API's (a schema,
 * a call's arguments), so its keys are left alone; a list is a repeated message, of which the API takes one for a list.
 */
interface Message {
  readonly [field: string]: Message | readonly [Message] | 'leaf';
}

const leaves = (...names: string[]): Message => Object.fromEntries(names.map((name) => [name, 'leaf']));

const BLOB: Message = leaves('mimeType', 'data', 'displayName');
const FILE: Message = leaves('mimeType', 'fileUri', 'displayName');
const PART: Message = {
  ...leaves('text', 'thought', 'thoughtSignature', 'videoMetadata', 'mediaResolution', 'partMetadata'),
  inlineData: BLOB,
  fileData: FILE,
  functionCall: leaves('id', 'name', 'args'),
  functionResponse: {
    ...leaves('id', 'name', 'response', 'willContinue', 'scheduling'),
    parts: [{ inlineData: BLOB, fileData: FILE }],
  },
  executableCode: leaves('language', 'code', 'id'),
  codeExecutionResult: leaves('outcome', 'output', 'id'),
  toolCall: 'leaf',
  toolResponse: 'leaf',
};
const CONTENT: Message = { role: 'leaf', parts: [PART] };
const TOOL: Message = {
  functionDeclarations: [
    leaves('name', 'description', 'parameters', 'parametersJsonSchema', 'response', 'responseJsonSchema', 'behavior'),
  ],
  ...leaves('googleSearch', 'googleSearchRetrieval', 'codeExecution', 'urlContext', 'computerUse', 'fileSearch'),
  ...leaves('googleMaps', 'mcpServers'),
};
const GENERATION_CONFIG: Message = {
  ...leaves('temperature', 'topP', 'topK', 'candidateCount', 'maxOutputTokens', 'stopSequences', 'seed'),
  ...leaves('presencePenalty', 'frequencyPenalty', 'responseLogprobs', 'logprobs', 'responseMimeType'),
  ...leaves('responseSchema', 'responseJsonSchema', 'responseModalities', 'mediaResolution', 'speechConfig'),
  ...leaves('imageConfig', 'enableEnhancedCivicAnswers', 'audioTranscriptionConfig', 'responseFormat'),
  thinkingConfig: leaves('includeThoughts', 'thinkingBudget', 'thinkingLevel'),
};
const REQUEST: Message = {
  ...leaves('model', 'safetySettings', 'cachedContent', 'labels', 'serviceTier', 'store', 'fallbacks'),
  contents: [CONTENT],
  systemInstruction: CONTENT,
  tools: [TOOL],
  toolConfig: {
    functionCallingConfig: leaves('mode', 'allowedFunctionNames', 'streamFunctionCallArguments'),
    ...leaves('retrievalConfig', 'includeServerSideToolInvocations'),
  },
  generationConfig: GENERATION_CONFIG,
};
const COUNT_TOKENS: Message = { contents: [CONTENT], generateContentRequest: REQUEST };

/** A name of the preview API that some clients still send. */
const OLD_NAMES: Readonly<Record<string, string>> = { _responseJsonSchema: 'responseJsonSchema' };

/**
 * A generateContent body under its camelCase names. The API takes snake_case for them too, and one message where a list
 * is meant; keys that it does not know, and all that is not its own (schemas, arguments), stay as they are. The same
 * object when nothing is different.
 * @throws GatewayError 400 when a field stands there under both names
 */
export function canonicalRequest(body: Record<string, unknown>): Record<string, unknown> {
  return canonical(body, REQUEST, '');
}

/** The same of a countTokens body. */
export function canonicalCountRequest(body: Record<string, unknown>): Record<string, unknown> {
  return canonical(body, COUNT_TOKENS, '');
}

function canonical(source: Record<string, unknown>, message: Message, path: string): Record<string, unknown> {
  let changed = false;
  const out: Record<string, unknown> = {};
  for (const key in source) {
    const name = nameOf(key, message);
    const value = source[key];
    if (name !== key && Object.hasOwn(source, name)) throw twice(path + name, key);
    const field = Object.hasOwn(message, name) ? message[name] : undefined;
    const written = field === undefined || field === 'leaf' ? value : member(value, field, `${path}${name}`);
    if (name !== key || written !== value) changed = true;
    out[name] = written;
  }
  return changed ? out : source;
}

function member(value: unknown, field: Message | readonly [Message], path: string): unknown {
  if (!isList(field)) return isRecord(value) ? canonical(value, field, `${path}.`) : value;
  const [message] = field;
  if (isRecord(value)) return [canonical(value, message, `${path}[0].`)];
  if (!Array.isArray(value)) return value;
  let changed = false;
  const items = value.map((item: unknown, i) => {
    const written = isRecord(item) ? canonical(item, message, `${path}[${i}].`) : item;
    if (written !== item) changed = true;
    return written;
  });
  return changed ? items : value;
}

function isList(field: Message | readonly [Message]): field is readonly [Message] {
  return Array.isArray(field);
}

function nameOf(key: string, message: Message): string {
  if (Object.hasOwn(OLD_NAMES, key)) return OLD_NAMES[key] ?? key;
  if (!key.includes('_')) return key;
  const camel = key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return Object.hasOwn(message, camel) ? camel : key;
}

function twice(path: string, key: string): GatewayError {
  return new GatewayError('invalid_value', `Invalid value at '${path}': the field is set twice, also as '${key}'.`, {
    param: path,
  });
}
