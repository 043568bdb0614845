import { errorBody } from './fault-replacement.js';
import { isObject, type JsonObject } from './json-value.js';
import type {
  ExtraFrameFault,
  FinishReasonFault,
  SpoilingFault,
  StreamErrorFault,
  ToolDeltaFault,
} from './sandbox-fault.js';

/** One event of a stream: its `data`, and the `event:` line before it if there is one. */
export interface StreamEvent {
  data: string;
  event?: string;
}

export const DONE: StreamEvent = { data: '[DONE]' };

type Edit = (events: StreamEvent[]) => StreamEvent[];

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

/** Changes one JSON document of an answer (a frame, or the whole body) as a fault says; undefined leaves it alone. */
export function editDocument(fault: SpoilingFault, text: string): string | undefined {
  if (fault.kind !== 'finish-reason' && fault.kind !== 'tool-delta' && fault.kind !== 'chat-shape') return undefined;
  const document: unknown = JSON.parse(text);
  if (!isObject(document)) return undefined;
  if (fault.kind === 'finish-reason') setFinish(document, fault);
  else if (fault.kind === 'tool-delta') spoilCalls(document, fault);
  else shapeAsChat(document, fault.delta ?? false);
  return JSON.stringify(document);
}

/** Moves usage and time out of the finish chunk into a chunk of their own. */
function separateUsage(events: StreamEvent[]): StreamEvent[] {
  return events.flatMap((event) => {
    const document: unknown = event === DONE ? undefined : JSON.parse(event.data);
    if (!isObject(document) || document['usage'] === undefined) return [event];
    const { usage, time_info, ...rest } = document;
    const extra = { ...rest, choices: [], usage, time_info };
    return [{ data: JSON.stringify(rest) }, { data: JSON.stringify(extra) }];
  });
}

function errorEvent({ statusCode, error, event }: StreamErrorFault): StreamEvent {
  const status = statusCode === undefined ? 500 : statusCode;
  const body = error ?? { ...errorBody(status ?? 500), id: '' };
  const data = JSON.stringify({ error: body, ...(status !== null && { status_code: status }) });
  return event ? { event: 'error', data } : { data };
}

function extraEvent({ data }: ExtraFrameFault): StreamEvent {
  if (data === 'bad-json') return { data: '{"id":"chatcmpl-broken","choices":[{"delta":{"content":"x"' };
  if (data === 'null-choices')
    return { data: '{"id":"chatcmpl-null","choices":null,"object":"chat.completion.chunk"}' };
  return { data: data.raw };
}

function editOf(fault: SpoilingFault): Edit | undefined {
  switch (fault.kind) {
    case 'no-done':
      return (events) => events.filter((event) => event !== DONE);
    case 'usage-chunk':
      return separateUsage;
    case 'stream-error':
      return (events) => [...events.slice(0, fault.afterFrames), errorEvent(fault)];
    case 'extra-frame':
      return (events) => events.toSpliced(fault.afterFrames, 0, extraEvent(fault));
    default:
      return undefined;
  }
}

/** The events of a stream as the faults leave them. */
export function spoilEvents(frames: readonly string[], faults: readonly SpoilingFault[]): StreamEvent[] {
  let events: StreamEvent[] = [...frames.map((data) => ({ data })), DONE];
  for (const fault of faults) {
    events = events.map((event) => {
      const data = event === DONE ? undefined : editDocument(fault, event.data);
      return data === undefined ? event : { data };
    });
  }
  // Only then what adds events: those need not be JSON.
  for (const fault of faults) events = editOf(fault)?.(events) ?? events;
  return events;
}
