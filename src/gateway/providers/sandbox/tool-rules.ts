import type { SandboxModel } from './sandbox-models.js';
import { badRequest } from './sandbox-refusal.js';
import type { ChatBody, Tool } from './sandbox-types.js';
import { checkStrictSchema } from './schema-rules.js';

function checkChoiceWithoutTools(body: ChatBody): void {
  for (const param of ['tool_choice', 'parallel_tool_calls'] as const) {
    if (body[param] !== undefined && body[param] !== null) {
      throw badRequest(`'${param}' is only allowed when 'tools' are specified`, param);
    }
  }
}

function checkStrict(tools: readonly Tool[], model: SandboxModel): void {
  const strict = tools.filter((tool) => tool.function.strict === true).length;
  if (strict === 0) return;
  if (strict < tools.length) {
    throw badRequest(
      "Tools with mixed values for 'strict' are not allowed. Please set all tools to 'strict: true' or 'strict: false'",
      'tools',
    );
  }
  for (const tool of tools) {
    if (tool.function.parameters) checkStrictSchema(tool.function.parameters, 'tools', model);
  }
}

/** Refuses tools that contradict each other, the response format or the tool choice (wire.md 1.7 and 1.11). */
export function checkTools(body: ChatBody, model: SandboxModel): void {
  const { tools, tool_choice: choice, response_format: format } = body;
  if (!tools) return checkChoiceWithoutTools(body);
  if (format && format.type !== 'text' && !model.toolsWithFormat) {
    throw badRequest('"tools" is incompatible with "response_format"', 'tools');
  }
  if (typeof choice === 'object' && choice !== null) {
    const { name } = choice.function;
    if (!tools.some((tool) => tool.function.name === name)) {
      throw badRequest(`Tool choice '${name}' not found in 'tools'`, 'tool_choice');
    }
  }
  checkStrict(tools, model);
}
