import { cutAtStop } from '../answer-plan.js';
import { SchemaValue } from '../answer-schema.js';
import { chatText, reasoningText, textFromResults } from '../answer-text.js';
import { planToolCalls, type PlannedToolCall } from '../answer-tools.js';
import { isObject } from '../json-value.js';
import { hintsOf } from '../prompt-hints.js';
import type { ChatBody } from '../sandbox-types.js';
import { hashText, SeededRandom } from '../seeded-random.js';
import { estimateTokens, tokenize } from '../token-estimate.js';
import { declarationsOf } from './config-rules.js';
import type { SandboxGemini } from './gemini-models.js';
import type { Config, GenerateBody, Turn } from './generate-request.types.js';

/** One candidate, before it is written. */
export interface PlannedCandidate {
  thoughts: string[];
  text: string[];
  calls: PlannedToolCall[];
  finish: 'STOP' | 'MAX_TOKENS' | 'SAFETY';
}

export interface PlannedAnswer {
  candidates: PlannedCandidate[];
  promptTokens: number;
  /** Of what is answered, without the thoughts. */
  answerTokens: number;
  thoughtTokens: number;
}

const REFUSES = 'TRIGGER_SAFETY';
/** Of one image. */
const IMAGE_TOKENS = 258;

function saidIn({ parts = [] }: Turn): string {
  return parts.flatMap(({ text, thought }) => (text === undefined || thought ? [] : [text])).join('\n');
}

function lastUserText(turns: readonly Turn[]): string {
  const said = turns.findLast((turn) => turn.role?.toLowerCase() !== 'model' && saidIn(turn) !== '');
  return said ? saidIn(said) : '';
}

function resultsOf(turns: readonly Turn[]): string[] {
  // Clients send each result as a turn of its own.
  const from = turns.findLastIndex(({ role }) => role?.toLowerCase() === 'model') + 1;
  const parts = turns.slice(from).flatMap(({ parts: each = [] }) => each);
  const results = parts.flatMap(({ functionResponse: one }) => (one?.response ? [one.response] : []));
  return results.map((response) => {
    const output = response['output'];
    return typeof output === 'string' ? output : JSON.stringify(response);
  });
}

/** Gemini's Schema, or JSON Schema, as the maker of values reads it. */
export function plainSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(plainSchema);
  if (!isObject(schema)) return schema;
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, plainKeyword(key, value)]));
}

function plainKeyword(key: string, value: unknown): unknown {
  if (key === 'enum' || key === 'required') return value;
  if (key === 'type' && typeof value === 'string') return value.toLowerCase();
  if (/^(?:min|max)(?:Items|Length)$/.test(key)) return Number(value);
  if (key !== 'properties' || !isObject(value)) return plainSchema(value);
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, plainSchema(child)]));
}

/** The same question as the planner of calls asks of a chat request. */
function asChat(body: GenerateBody, isAnswering: boolean): ChatBody {
  const { mode = 'AUTO', allowedFunctionNames: allowed = [] } = body.toolConfig?.functionCallingConfig ?? {};
  const declared = declarationsOf(body).filter(({ name = '' }) => allowed.length === 0 || allowed.includes(name));
  return {
    model: '',
    messages: [{ role: isAnswering ? 'tool' : 'user' }],
    tools:
      declared.length === 0
        ? undefined
        : declared.map(({ name = '', description, parameters, parametersJsonSchema }) => {
            const schema = plainSchema(parametersJsonSchema ?? parameters);
            return { type: 'function', function: { name, description, parameters: isObject(schema) ? schema : {} } };
          }),
    tool_choice: mode === 'ANY' ? 'required' : mode === 'NONE' ? 'none' : 'auto',
  };
}

function effortOf({ generationConfig }: GenerateBody, { levels, budget }: SandboxGemini): string | undefined {
  if (!(levels ?? budget)) return undefined;
  return chosenEffort(generationConfig?.thinkingConfig ?? {});
}

function chosenEffort(thinking: NonNullable<Config['thinkingConfig']>): string | undefined {
  const { thinkingBudget: tokens = -1, thinkingLevel: level } = thinking;
  if (tokens === 0 || level === 'MINIMAL') return undefined;
  if (level !== undefined) return level.toLowerCase();
  return tokens >= 0 && tokens <= 1_024 ? 'low' : 'medium';
}

function textFor(body: GenerateBody, prompt: string, results: readonly string[], seed: number): string {
  const { responseMimeType: type, responseSchema, responseJsonSchema } = body.generationConfig ?? {};
  if (type === undefined || type === 'text/plain') {
    return results.length > 0 ? textFromResults(results, prompt) : chatText(prompt, new SeededRandom(seed));
  }
  const schema = plainSchema(responseJsonSchema ?? responseSchema ?? { type: 'object' });
  const value = new SchemaValue(schema, hintsOf(prompt), 'all').make();
  return type === 'text/x.enum' && typeof value === 'string' ? value : JSON.stringify(value);
}

function candidate(body: GenerateBody, model: SandboxGemini, index: number): PlannedCandidate {
  const turns = body.contents ?? [];
  const prompt = lastUserText(turns);
  if (prompt.includes(REFUSES)) return { thoughts: [], text: [], calls: [], finish: 'SAFETY' };
  const results = resultsOf(turns);
  const effort = effortOf(body, model);
  const { maxOutputTokens: limit = model.outputLimit, stopSequences, seed = 0 } = body.generationConfig ?? {};
  const calls = planToolCalls(asChat(body, results.length > 0), prompt);
  const said = calls.length > 0 ? '' : textFor(body, prompt, results, (hashText(prompt) ^ seed) + index * 7919);
  const all = tokenize(cutAtStop(said, stopSequences));
  const thoughts = effort === undefined ? [] : tokenize(reasoningText(prompt, effort));
  const left = Math.max(0, limit - thoughts.length);
  const size = calls.reduce((sum, call) => sum + 4 + tokenize(call.arguments).length, all.length);
  return {
    thoughts: thoughts.slice(0, limit),
    text: all.slice(0, left),
    // A call that is not whole is not made.
    calls: size > left ? [] : calls,
    finish: size > left ? 'MAX_TOKENS' : 'STOP',
  };
}

export function countPrompt({ contents = [], systemInstruction, tools }: GenerateBody): number {
  const turns = systemInstruction ? [systemInstruction, ...contents] : contents;
  const parts = turns.flatMap(({ parts: each = [] }) => each);
  const media = parts.filter(({ inlineData, fileData }) => inlineData ?? fileData).length;
  const words = parts.map((part) => part.text ?? JSON.stringify(part.functionCall ?? part.functionResponse ?? ''));
  return media * IMAGE_TOKENS + estimateTokens(words.join(' ') + (tools ? JSON.stringify(tools) : ''));
}

const sizeOf = ({ text, calls }: PlannedCandidate): number =>
  calls.reduce((sum, call) => sum + 4 + tokenize(call.arguments).length, text.length);

/** Decides what the model answers: the same request (and seed) always gets the same words. */
export function planAnswer(body: GenerateBody, model: SandboxGemini): PlannedAnswer {
  const count = body.generationConfig?.candidateCount ?? 1;
  const candidates = Array.from({ length: count }, (_, index) => candidate(body, model, index));
  return {
    candidates,
    promptTokens: countPrompt(body),
    answerTokens: candidates.reduce((sum, each) => sum + sizeOf(each), 0),
    thoughtTokens: candidates.reduce((sum, { thoughts }) => sum + thoughts.length, 0),
  };
}
