import { isRecord } from '../../../common/json/is-record.js';
import type {
  FunctionCallingConfig,
  FunctionDeclaration,
  GenerateContentRequest,
} from '../../gemini/generate-content.types.js';
import type { ChatRequest, ChatTool, ChatToolChoice } from '../../openai/chat.types.js';
import type { RequestDraft } from '../request-draft.js';
import { invalidValue } from './refusals.js';

/** Keywords of JSON Schema that Gemini reads and does not keep to (https://ai.google.dev/api/generate-content). */
const NOT_ENFORCED = new Set(
  (
    'pattern minLength maxLength exclusiveMinimum exclusiveMaximum multipleOf const not allOf if then else ' +
    'uniqueItems contains minContains maxContains minProperties maxProperties patternProperties propertyNames ' +
    'dependentRequired dependentSchemas unevaluatedProperties unevaluatedItems'
  ).split(' '),
);

/** `tools`, `tool_choice` and `parallel_tool_calls` as Gemini takes them. @throws GatewayError 400 */
export function writeTools(request: ChatRequest, body: Partial<GenerateContentRequest>, draft: RequestDraft): void {
  const declarations = (request.tools ?? []).flatMap((tool, i) => declarationOf(tool, i, draft));
  if (request.parallel_tool_calls === false) draft.filter('parallel_tool_calls');
  if (declarations.length === 0) return withoutTools(request, draft);
  body.tools = [{ functionDeclarations: declarations }];
  const config = configOf(request.tool_choice, declarations);
  if (config) body.toolConfig = { functionCallingConfig: config };
}

function withoutTools({ tools, tool_choice: choice }: ChatRequest, draft: RequestDraft): void {
  if (!choice || tools?.length === 0) return;
  if (typeof choice === 'object' || choice === 'required') {
    throw invalidValue('tool_choice', "it is only allowed when 'tools' are specified");
  }
  draft.filter('tool_choice');
}

/** JSON Schema goes as it came: Gemini takes the whole of it, and keeps to a part. */
function declarationOf(tool: ChatTool, i: number, draft: RequestDraft): FunctionDeclaration[] {
  if (tool.type !== 'function' || !tool.function) {
    draft.filter(`tools[${i}]`);
    return [];
  }
  const { name, description, parameters, strict } = tool.function;
  // Gemini has no strict mode for single functions.
  if (strict === true) draft.transform('tools.strict');
  if (hasLooseKeyword(parameters)) draft.transform('tools.parameters');
  return [
    {
      name,
      ...(description != null && { description }),
      ...(parameters != null && { parametersJsonSchema: parameters }),
    },
  ];
}

/** Whether a schema says something that will not be kept to. */
export function hasLooseKeyword(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(hasLooseKeyword);
  if (!isRecord(schema)) return false;
  return Object.entries(schema).some(([key, value]) => {
    if (key === 'properties' || key === '$defs' || key === 'definitions') {
      return isRecord(value) && Object.values(value).some(hasLooseKeyword);
    }
    if (key === 'enum' || key === 'default' || key === 'examples') return false;
    return NOT_ENFORCED.has(key) || hasLooseKeyword(value);
  });
}

const MODES: Readonly<Record<string, string>> = { auto: 'AUTO', required: 'ANY', none: 'NONE' };

function configOf(
  choice: ChatToolChoice | null | undefined,
  declarations: readonly FunctionDeclaration[],
): FunctionCallingConfig | undefined {
  if (choice === null || choice === undefined) return undefined;
  if (typeof choice === 'string') {
    const mode = MODES[choice];
    if (mode === undefined) throw invalidValue('tool_choice', "expected 'auto', 'required', 'none' or a tool");
    return { mode };
  }
  if (choice.type === 'allowed_tools') return allowedTools(choice, declarations);
  const name = isRecord(choice.function) ? choice.function.name : undefined;
  if (!declarations.some((declaration) => declaration.name === name)) {
    throw invalidValue('tool_choice', `no tool named '${String(name).slice(0, 64)}' is in 'tools'`);
  }
  return { mode: 'ANY', allowedFunctionNames: [String(name)] };
}

function allowedTools(
  choice: Record<string, unknown>,
  declarations: readonly FunctionDeclaration[],
): FunctionCallingConfig {
  const allowed = isRecord(choice.allowed_tools) ? choice.allowed_tools : choice;
  const listed = (Array.isArray(allowed.tools) ? allowed.tools : []).filter(isRecord);
  const wanted = listed.map((tool) => (isRecord(tool.function) ? tool.function.name : tool.name));
  const names = declarations.flatMap(({ name = '' }) => (wanted.includes(name) ? [name] : []));
  if (names.length === 0) throw invalidValue('tool_choice.allowed_tools.tools', "none of them is in 'tools'");
  // The names are only taken with a mode that keeps the calls to their schemas.
  return { mode: allowed.mode === 'required' ? 'ANY' : 'VALIDATED', allowedFunctionNames: names };
}
