import { isRecord } from '../../../common/json/is-record.js';
import type { FunctionDeclaration, GenerateContentRequest } from '../../gemini/generate-content.types.js';
import { toJsonSchema } from '../../gemini/openapi-schema.js';
import type { ChatRequest, ChatTool, ChatToolChoice } from '../../openai/chat.types.js';
import type { ConversionNotes } from './conversion.types.js';
import { invalid, unsupported, wrongKind } from './wire-errors.js';

/** Of a declaration, what chat has. */
const SENT = new Set(['name', 'description', 'parameters', 'parametersJsonSchema']);

/** `tools` and `toolConfig` as chat has them. @throws GatewayError 400 for tools that only Google can run */
export function writeTools(request: GenerateContentRequest, chat: ChatRequest, notes: ConversionNotes): void {
  const tools = (request.tools ?? []).flatMap((tool, i) => functionsOf(tool, `tools[${i}]`, notes));
  if (tools.length > 0) chat.tools = tools;
  const choice = writeToolConfig(request, notes);
  if (choice !== undefined && tools.length > 0) chat.tool_choice = choice;
}

function writeToolConfig(request: GenerateContentRequest, notes: ConversionNotes): ChatToolChoice | undefined {
  const { functionCallingConfig: config, ...rest } = request.toolConfig ?? {};
  for (const name of Object.keys(rest)) notes.unsent.push(`toolConfig.${name}`);
  if (!isRecord(config)) return undefined;
  const path = 'toolConfig.functionCallingConfig';
  for (const name of Object.keys(config)) {
    if (name !== 'mode' && name !== 'allowedFunctionNames') notes.unsent.push(`${path}.${name}`);
  }
  return choiceOf(config.mode, config.allowedFunctionNames, path, notes);
}

function functionsOf(tool: unknown, path: string, notes: ConversionNotes): ChatTool[] {
  if (!isRecord(tool)) throw wrongKind(path, 'an object', tool);
  for (const name of Object.keys(tool)) {
    if (name !== 'functionDeclarations') throw unsupported(`${path}.${name}`, `the tool '${name.slice(0, 64)}'`);
  }
  const declarations = tool.functionDeclarations ?? [];
  if (!Array.isArray(declarations)) throw wrongKind(`${path}.functionDeclarations`, 'a list', declarations);
  return declarations.map((one: unknown, i) => functionOf(one, `${path}.functionDeclarations[${i}]`, notes));
}

function functionOf(source: unknown, path: string, notes: ConversionNotes): ChatTool {
  if (!isRecord(source)) throw wrongKind(path, 'an object', source);
  const declaration: FunctionDeclaration = source;
  const { name, description } = declaration;
  if (typeof name !== 'string' || name === '') {
    throw invalid(`${path}.name`, `Missing required parameter: '${path}.name'.`);
  }
  for (const key of Object.keys(source)) if (!SENT.has(key)) notes.unsent.push(`${path}.${key}`);
  const parameters = schemaOf(declaration);
  return {
    type: 'function',
    function: {
      name,
      ...(typeof description === 'string' && { description }),
      ...(parameters !== undefined && { parameters }),
    },
  };
}

function schemaOf({ parameters, parametersJsonSchema }: FunctionDeclaration): unknown {
  return parametersJsonSchema ?? toJsonSchema(parameters ?? undefined);
}

function choiceOf(mode: unknown, allowed: unknown, path: string, notes: ConversionNotes): ChatToolChoice {
  const names = Array.isArray(allowed) ? allowed.filter((name) => typeof name === 'string') : [];
  const [only] = names;
  switch (typeof mode === 'string' ? mode.toUpperCase() : 'AUTO') {
    case 'ANY':
      return only !== undefined && names.length === 1
        ? { type: 'function', function: { name: only } }
        : allowedTools(names, 'required');
    case 'NONE':
      return 'none';
    case 'VALIDATED':
      // The calls' schemas are enforced by the provider's own rules.
      notes.transformed.push(`${path}.mode`);
      return allowedTools(names, 'auto');
    case 'AUTO':
    case 'MODE_UNSPECIFIED':
      return allowedTools(names, 'auto');
    default:
      throw invalid(`${path}.mode`, `Invalid value at '${path}.mode': expected AUTO, ANY, NONE or VALIDATED.`);
  }
}

function allowedTools(names: readonly string[], mode: 'auto' | 'required'): ChatToolChoice {
  if (names.length === 0) return mode;
  const tools = names.map((name) => ({ type: 'function', function: { name } }));
  return { type: 'allowed_tools', allowed_tools: { mode, tools } };
}
