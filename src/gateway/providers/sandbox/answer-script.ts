import { randomUUID } from 'node:crypto';
import { type Check, type Fields, list, object, shape, string } from './field-checks.js';
import { isObject } from './json-value.js';
import type { PlannedToolCall } from './answer-tools.js';
import type { ChatBody } from './sandbox-types.js';

/** A call in a scripted answer; `arguments` is an object, or their text as it is to be sent. */
export interface ScriptedCall {
  name: string;
  arguments?: object | string;
}

/** An answer that the sandbox is told to give to a chat request. At least one of text and calls. */
export interface ScriptedAnswer {
  text?: string;
  reasoning?: string;
  tool_calls?: ScriptedCall[];
  /** Only for a request whose messages hold this text. */
  when?: string;
}

const argumentsCheck: Check = (value, path, issues) => {
  if (typeof value !== 'string') object(value, path, issues);
};
const call = shape({ name: string, arguments: argumentsCheck }, ['name']);
const FIELDS: Fields = { text: string, reasoning: string, tool_calls: list(call, { min: 1 }), when: string };

const answer: Check = (value, path, issues) => {
  shape(FIELDS)(value, path, issues);
  if (isObject(value) && value['text'] === undefined && value['tool_calls'] === undefined) {
    issues.push(`${path}: Needs text or tool_calls`);
  }
};

/** What is wrong with a list of scripted answers that came over HTTP; empty when nothing is. */
export function scriptIssues(value: unknown): string[] {
  const issues: string[] = [];
  list(answer)(value, 'answers', issues);
  return issues;
}

/** Tells whether a value is a list of scripted answers. */
export function areAnswers(value: unknown): value is ScriptedAnswer[] {
  return scriptIssues(value).length === 0;
}

/**
 * The answers that are still to come, in order. Only the first one is ever given, and only to a request that it fits:
 * one that offers the tools that it calls and holds its `when`. Every other request gets the answer of its own words,
 * so that an agent's requests in the background take none away.
 */
export class AnswerScript {
  private readonly queue: ScriptedAnswer[] = [];

  add(answers: readonly ScriptedAnswer[]): void {
    this.queue.push(...answers);
  }

  clear(): void {
    this.queue.length = 0;
  }

  get pending(): number {
    return this.queue.length;
  }

  take(body: ChatBody): ScriptedAnswer | undefined {
    const [first] = this.queue;
    if (!first || !fits(first, body)) return undefined;
    return this.queue.shift();
  }
}

function fits({ tool_calls: calls = [], when }: ScriptedAnswer, { tools, messages }: ChatBody): boolean {
  const offered = new Set((tools ?? []).map((tool) => tool.function.name));
  if (!calls.every(({ name }) => offered.has(name))) return false;
  return when === undefined || JSON.stringify(messages).includes(JSON.stringify(when).slice(1, -1));
}

/** The calls of a scripted answer, each with an id of Cerebras' form. */
export function scriptedCalls({ tool_calls: calls = [] }: ScriptedAnswer): PlannedToolCall[] {
  return calls.map(({ name, arguments: args = {} }) => ({
    id: randomUUID().replaceAll('-', '').slice(0, 9),
    name,
    arguments: typeof args === 'string' ? args : JSON.stringify(args),
  }));
}
