import { type FaultDialect, isDialectFault } from './fault-dialect.js';
import { isObject } from './json-value.js';
import type { ExtraFrameFault, SpoilingFault } from './sandbox-fault.js';
import type { StreamEvent, UpstreamAnswer } from './upstream-answer.js';

/** Changes one JSON document of an answer (an event, or the whole body) as a fault says; undefined leaves it alone. */
export function editDocument(dialect: FaultDialect, fault: SpoilingFault, text: string): string | undefined {
  // End marks and pings of other dialects need not be JSON.
  if (!isDialectFault(fault) || !text.startsWith('{')) return undefined;
  const document: unknown = JSON.parse(text);
  const edited = isObject(document) ? dialect.editDocument(fault, document) : undefined;
  return edited && JSON.stringify(edited);
}

function extraEvent({ data }: ExtraFrameFault, dialect: FaultDialect): StreamEvent {
  if (data === 'bad-json') return { data: '{"id":"chatcmpl-broken","choices":[{"delta":{"content":"x"' };
  return data === 'null-choices' ? dialect.hollowEvent : { data: data.raw };
}

function addEvents(
  dialect: FaultDialect,
  fault: SpoilingFault,
  events: StreamEvent[],
  end: StreamEvent | undefined,
): StreamEvent[] {
  if (isDialectFault(fault)) return dialect.editEvents(fault, events);
  switch (fault.kind) {
    case 'no-done':
      return events.filter((event) => event !== end);
    case 'stream-error':
      return [...events.slice(0, fault.afterFrames), dialect.streamError(fault)];
    case 'extra-frame':
      return events.toSpliced(fault.afterFrames, 0, extraEvent(fault, dialect));
    default:
      return events;
  }
}

/** The events of a stream as the API means them, its end mark last. */
export function eventsOf({ frames = [], endMark }: UpstreamAnswer): StreamEvent[] {
  const events = frames.map((frame) => (typeof frame === 'string' ? { data: frame } : frame));
  return endMark === undefined ? events : [...events, { data: endMark }];
}

/** The events of a stream as the faults leave them. */
export function spoilEvents(
  answer: UpstreamAnswer,
  faults: readonly SpoilingFault[],
  dialect: FaultDialect,
): StreamEvent[] {
  let events = eventsOf(answer);
  for (const fault of faults) {
    events = events.map((event) => {
      const data = editDocument(dialect, fault, event.data);
      return data === undefined ? event : { ...event, data };
    });
  }
  // Only then what adds events: those need not be JSON.
  const end = events.at(-1);
  for (const fault of faults) events = addEvents(dialect, fault, events, end);
  return events;
}
