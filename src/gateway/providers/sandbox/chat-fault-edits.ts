import type { DialectFault } from './fault-dialect.js';
import { isObject, type JsonObject } from './json-value.js';
import type { FinishReasonFault, ToolDeltaFault } from './sandbox-fault.js';
import type { StreamEvent } from './upstream-answer.js';

function objectsIn(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function setFinish(document: JsonObject, { value }: FinishReasonFault): void {
  for (const choice of objectsIn(document['choices'])) {
    if (choice['finish_reason'] === undefined) continue;
    if (value === null) delete choice['finish_reason'];
    else choice['finish_reason'] = value;
  }
}

function spoilCalls(document: JsonObject, { without = [], duplicateIds }: ToolDeltaFault): void {
  for (const choice of objectsIn(document['choices'])) {
    const holder = choice['delta'] ?? choice['message'];
    for (const call of objectsIn(isObject(holder) ? holder['tool_calls'] : undefined)) {
      if (duplicateIds && 'id' in call) call['id'] = '0d0d0d0d0';
      for (const member of without) delete call[member];
    }
  }
}

function shapeAsChat(document: JsonObject, delta: boolean): void {
  document['object'] = 'chat.completion.chunk';
  if (!delta) return;
  for (const choice of objectsIn(document['choices'])) {
    choice['delta'] = choice['text'] ? { content: choice['text'] } : {};
    delete choice['text'];
  }
}

/** Changes a chat or text completion, or a chunk of one, as a fault says. */
export function editChatDocument(fault: DialectFault, document: JsonObject): JsonObject | undefined {
  if (fault.kind === 'usage-chunk') return undefined;
  if (fault.kind === 'finish-reason') setFinish(document, fault);
  else if (fault.kind === 'tool-delta') spoilCalls(document, fault);
  else shapeAsChat(document, fault.delta ?? false);
  return document;
}

/** Moves usage and time out of the finish chunk into a chunk of their own. */
export function editChatEvents(fault: DialectFault, events: StreamEvent[]): StreamEvent[] {
  if (fault.kind !== 'usage-chunk') return events;
  return events.flatMap((event) => {
    const document: unknown = event.data.startsWith('{') ? JSON.parse(event.data) : undefined;
    if (!isObject(document) || document['usage'] === undefined) return [event];
    const { usage, time_info, ...rest } = document;
    const extra = { ...rest, choices: [], usage, time_info };
    return [{ data: JSON.stringify(rest) }, { data: JSON.stringify(extra) }];
  });
}
