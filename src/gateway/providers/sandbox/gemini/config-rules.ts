import { isObject, type JsonObject } from '../json-value.js';
import { invalid } from './gemini-answers.js';
import type { SandboxGemini } from './gemini-models.js';
import type { Config, Declaration, GenerateBody } from './generate-request.types.js';

const AT = '* GenerateContentRequest';
const NAME = /^[A-Za-z_][\w.:-]{0,127}$/;
const MEDIA_TYPES = ['text/plain', 'application/json', 'text/x.enum'];

/** Refuses settings that the API, or this model, does not take. @throws GeminiRefusal 400 */
export function checkConfig(body: GenerateBody, model: SandboxGemini): void {
  const config = body.generationConfig ?? {};
  const declarations = declarationsOf(body);
  checkNumbers(config, model);
  checkThinking(config.thinkingConfig, model);
  checkFormat(config, declarations.length > 0, model);
  checkTools(body, declarations);
}

export function declarationsOf({ tools = [] }: GenerateBody): Declaration[] {
  return tools.flatMap(({ functionDeclarations = [] }) => functionDeclarations);
}

const RANGES: ReadonlyArray<readonly [name: string, wire: string, least: number, most: number]> = [
  ['temperature', 'temperature', 0, 2],
  ['topP', 'top_p', 0, 1],
  ['topK', 'top_k', 1, 1_000],
  ['candidateCount', 'candidate_count', 1, 8],
  ['logprobs', 'logprobs', 0, 20],
  ['presencePenalty', 'presence_penalty', -2, 2],
  ['frequencyPenalty', 'frequency_penalty', -2, 2],
];

function checkNumbers(config: Config, model: SandboxGemini): void {
  const values = new Map<string, unknown>(Object.entries(config));
  for (const [name, wire, least, most] of RANGES) {
    const value = values.get(name);
    if (value === undefined || (Number(value) >= least && Number(value) <= most)) continue;
    throw invalid(`${AT}.generation_config.${wire}: ${wire} must be in the range [${least}, ${most}].\n`);
  }
  if (config.logprobs !== undefined && !config.responseLogprobs) {
    throw invalid('logprobs is only allowed when response_logprobs is true.');
  }
  checkLimit(config.maxOutputTokens, model);
  checkStops(config.stopSequences ?? []);
}

function checkLimit(limit: number | undefined, { outputLimit }: SandboxGemini): void {
  if (limit === undefined || (limit >= 1 && limit <= outputLimit)) return;
  throw invalid(
    `Unable to submit request because it has a maxOutputTokens value of ${limit} but the supported range is from 1 (inclusive) to ${outputLimit + 1} (exclusive). Update the value and try again.`,
  );
}

function checkStops(stops: readonly string[]): void {
  const path = `${AT}.generation_config.stop_sequences`;
  if (stops.length > 5) throw invalid(`${path}: at most 5 stop sequences are allowed.\n`);
  if (stops.includes('')) throw invalid(`${path}: stop sequences must not be empty.\n`);
}

function checkThinking(thinking: Config['thinkingConfig'], model: SandboxGemini): void {
  if (!thinking) return;
  const { levels, budget, id } = model;
  const { thinkingBudget: tokens, thinkingLevel: level } = thinking;
  if (!levels && !budget) throw invalid(`Thinking is not enabled for models/${id}`);
  if (tokens !== undefined && level !== undefined) {
    throw invalid('You can only set only one of thinking budget and thinking level.');
  }
  if (level !== undefined) checkLevel(level, levels);
  if (tokens !== undefined && tokens !== -1 && budget) checkBudget(tokens, budget);
}

function checkLevel(level: string, levels: readonly string[] | undefined): void {
  if (!levels) throw invalid('Thinking level is not supported for this model.');
  if (levels.includes(level)) return;
  throw invalid(`Thinking level ${level} is not supported for this model. Please retry with other thinking level.`);
}

function checkBudget(tokens: number, { least, most, canBeOff }: NonNullable<SandboxGemini['budget']>): void {
  if (tokens === 0 && canBeOff) return;
  if (tokens === 0) throw invalid('Budget 0 is invalid. This model only works in thinking mode.');
  if (tokens >= least && tokens <= most) return;
  throw invalid(`The thinking budget ${tokens} is invalid. Please choose a value between ${least} and ${most}.`);
}

function checkFormat(config: Config, hasTools: boolean, { toolsWithFormat }: SandboxGemini): void {
  const { responseMimeType: type = 'text/plain', responseSchema } = config;
  const path = `${AT}.generation_config`;
  if (!MEDIA_TYPES.includes(type)) {
    throw invalid(`${path}.response_mime_type: allowed mimetypes are \`${MEDIA_TYPES.join('`, `')}\`.\n`);
  }
  checkSchemaFields(config, type === 'text/plain', path);
  if (type !== 'text/plain' && hasTools && !toolsWithFormat) {
    throw invalid(`Function calling with a response mime type: '${type}' is unsupported`);
  }
  checkSchema(responseSchema, `${path}.response_schema`);
}

function checkSchemaFields({ responseSchema, responseJsonSchema }: Config, isText: boolean, path: string): void {
  if (responseSchema && responseJsonSchema) {
    throw invalid(`${path}: only one of response_schema and response_json_schema may be set.\n`);
  }
  if (isText && (responseSchema ?? responseJsonSchema)) {
    throw invalid(
      `${path}.response_schema: only allowed when response_mime_type is application/json or text/x.enum.\n`,
    );
  }
}

function checkTools(body: GenerateBody, declarations: readonly Declaration[]): void {
  declarations.forEach((declaration, i) => checkDeclaration(declaration, `${AT}.tools[0].function_declarations[${i}]`));
  const names = declarations.map(({ name }) => name ?? '');
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw invalid(`Duplicate function declaration found: ${twice}`);
  checkAllowed(body, names);
}

function assertDeclared(mode: string, names: readonly string[]): void {
  if (mode !== 'ANY' || names.length > 0) return;
  throw invalid('Function calling config is set without function_declarations.');
}

function checkAllowed(body: GenerateBody, names: readonly string[]): void {
  const { mode = 'AUTO', allowedFunctionNames: allowed = [] } = body.toolConfig?.functionCallingConfig ?? {};
  const path = `${AT}.tool_config.function_calling_config.allowed_function_names: allowed_function_names`;
  assertDeclared(mode, names);
  if (allowed.length > 0 && mode !== 'ANY' && mode !== 'VALIDATED') {
    throw invalid(`${path} should be set only when mode is ANY or VALIDATED.\n`);
  }
  if (allowed.some((name) => !names.includes(name))) {
    throw invalid(`${path} should be a subset of function_declarations.\n`);
  }
}

function checkDeclaration({ name = '', parameters, parametersJsonSchema }: Declaration, path: string): void {
  if (!NAME.test(name)) {
    throw invalid(
      `${path}.name: Invalid function name. Must start with a letter or an underscore. Must be alphanumeric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 128.\n`,
    );
  }
  if (parameters && parametersJsonSchema)
    throw invalid(`${path}: only one of parameters and parameters_json_schema may be set.\n`);
  checkSchema(parameters, `${path}.parameters`);
  if (parametersJsonSchema !== undefined && !isObject(parametersJsonSchema)) {
    throw invalid(`${path}.parameters_json_schema: must be a JSON schema of an object.\n`);
  }
}

/** What the subset of OpenAPI asks for beyond names and types. */
function checkSchema(schema: unknown, path: string): void {
  if (!isObject(schema)) return;
  const { type, properties, items, anyOf } = schema;
  if (type === 'ARRAY' && items === undefined) throw invalid(`${path}.items: missing field.\n`);
  checkEnum(schema, path);
  if (isObject(properties)) {
    if (type !== 'OBJECT') throw invalid(`${path}.properties: only allowed for OBJECT type\n`);
    for (const [name, child] of Object.entries(properties)) checkSchema(child, `${path}.properties[${name}]`);
  }
  checkRequired(schema, path);
  checkSchema(items, `${path}.items`);
  listOf(anyOf).forEach((child, i) => checkSchema(child, `${path}.any_of[${i}]`));
}

const ENUM_TYPES = new Set<unknown>(['STRING', 'INTEGER', 'NUMBER']);

function checkEnum({ type, enum: values }: JsonObject, path: string): void {
  if (values === undefined || type === undefined || ENUM_TYPES.has(type)) return;
  throw invalid(`${path}.enum: only allowed for STRING type\n`);
}

function checkRequired({ properties, required }: JsonObject, path: string): void {
  const names = isObject(properties) ? Object.keys(properties) : [];
  const wrong = listOf(required).findIndex((name) => !names.includes(String(name)));
  if (wrong !== -1) throw invalid(`${path}.required[${wrong}]: property is not defined\n`);
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
