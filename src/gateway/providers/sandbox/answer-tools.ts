import { randomUUID } from 'node:crypto';
import { SchemaValue } from './answer-schema.js';
import { isObject } from './json-value.js';
import { hintsOf, type PromptHints } from './prompt-hints.js';
import type { ChatBody, Tool } from './sandbox-types.js';

export interface PlannedToolCall {
  id: string;
  name: string;
  arguments: string;
}

/** A prompt with one of these words calls for a tool with a word of the same group. */
const INTENTS: readonly RegExp[] = [
  /\b(?:weather|temperature|forecast|rain|raining|sunny|snow|degrees|climate)/i,
  /\b(?:time|clock|hour|timezone)/i,
  /\b(?:calculat|comput|math|sum|multipl|divid|plus|minus|add|arithmetic|evaluate)/i,
  /\b(?:search|find|look ?up|google|browse|lookup|retrieve)/i,
  /\b(?:stock|share price|quote|ticker)/i,
  /\b(?:mail|email|message|notify|send)/i,
  /\b(?:book|reserve|flight|hotel|trip)/i,
];

const STOP_WORDS = new Set(
  'about after also and any are call can for from function get give given has have how into its list make more name need new not now of on one please set show some tell that the their them then this tool use used user using was what when where which who will with would you your'.split(
    ' ',
  ),
);
const MAX_CALLS = 4;

function wordsOf(text: string): Set<string> {
  const words = text
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  return new Set(words.filter((word) => word.length > 2 && !STOP_WORDS.has(word)));
}

/**
 * How well a tool fits a prompt: 10 when the prompt names it; 3 for each word of its name, and for each intent
 * (weather, time, calculation, search …) that the prompt and the tool share; 1 for each word of its description.
 */
function fit(tool: Tool, prompt: string, words: ReadonlySet<string>): number {
  const { name, description } = tool.function;
  let score = prompt.includes(name) ? 10 : 0;
  const spoken = name.replace(/[_-]+/g, ' ').replace(/([a-z])([A-Z])/g, '$1 $2');
  score += 3 * wordsOf(spoken).intersection(words).size;
  const about = `${spoken} ${description ?? ''}`;
  score += 3 * INTENTS.filter((intent) => intent.test(about) && intent.test(prompt)).length;
  return score + wordsOf(description ?? '').intersection(words).size;
}

/** Below this, the fit is chance: one word of a description. */
const LEAST_FIT = 2;

/** The tool that fits best; undefined when none fits and none is demanded. */
function bestTool(tools: readonly Tool[], prompt: string, demanded: boolean): Tool | undefined {
  const words = wordsOf(prompt);
  let best = demanded ? tools[0] : undefined;
  let bestFit = LEAST_FIT - 1;
  for (const tool of tools) {
    const score = fit(tool, prompt, words);
    if (score > bestFit) [best, bestFit] = [tool, score];
  }
  return best;
}

function chosenTool(body: ChatBody, prompt: string): Tool | undefined {
  const { tools, tool_choice: choice } = body;
  if (!tools || choice === 'none') return undefined;
  if (typeof choice === 'object' && choice !== null) {
    return tools.find((tool) => tool.function.name === choice.function.name);
  }
  const demanded = choice === 'required';
  // After a tool's result the model answers in words, unless a call is demanded.
  if (!demanded && body.messages.at(-1)?.role !== 'user') return undefined;
  return bestTool(tools, prompt, demanded);
}

/** 9 lowercase hex characters, not `call_…` (wire.md 1.4, captured). */
function toolCallId(): string {
  return randomUUID().replaceAll('-', '').slice(0, 9);
}

function callsFor(tool: Tool, hints: PromptHints, parallel: boolean): PlannedToolCall[] {
  const schema = tool.function.parameters ?? {};
  const properties = isObject(schema) ? schema['properties'] : undefined;
  const takesNames = /"(?:type)":"string"/.test(JSON.stringify(properties ?? {}));
  const subjects = parallel && takesNames && hints.names.length > 1 ? hints.names.slice(0, MAX_CALLS) : [undefined];
  const calls: PlannedToolCall[] = [];
  for (const subject of subjects) {
    const value = properties === undefined ? {} : new SchemaValue(schema, hints, 'hinted', subject).make();
    const args = JSON.stringify(value);
    if (calls.some((call) => call.arguments === args)) continue;
    calls.push({ id: toolCallId(), name: tool.function.name, arguments: args });
  }
  return calls;
}

/**
 * The calls that the model makes for this request; none when it answers in words.
 *
 * `required` and a named tool always call; `none` never. With `auto`, the best fitting tool is called if the last
 * message is the user's and the fit is at least two (see `fit`). Several names in the prompt ("Paris and London")
 * make one call each, unless `parallel_tool_calls` is false.
 */
export function planToolCalls(body: ChatBody, prompt: string): PlannedToolCall[] {
  const tool = chosenTool(body, prompt);
  return tool ? callsFor(tool, hintsOf(prompt), body.parallel_tool_calls !== false) : [];
}
