import { EventLog } from '../event-log.js';
import type { LifecycleEvent, ResponseEvent } from '../response-events.types.js';
import type {
  OutputFunctionCall,
  OutputItem,
  OutputMessage,
  OutputReasoning,
  ResponseObject,
} from '../response-object.types.js';

/** The events before any output: what the answer was while it was waited for. */
export function openingEvents(response: ResponseObject): LifecycleEvent[] {
  const base: ResponseObject = {
    ...response,
    status: 'in_progress',
    completed_at: null,
    error: null,
    incomplete_details: null,
    output: [],
    usage: null,
  };
  if (!response.background) {
    return [
      { type: 'response.created', sequence_number: 0, response: base },
      { type: 'response.in_progress', sequence_number: 1, response: base },
    ];
  }
  const queued: ResponseObject = { ...base, status: 'queued' };
  return [
    { type: 'response.created', sequence_number: 0, response: queued },
    { type: 'response.queued', sequence_number: 1, response: queued },
    { type: 'response.in_progress', sequence_number: 2, response: base },
  ];
}

/**
 * The stream that a response that was not streamed would have been, with each text in one piece. It is always the
 * same, so that a reader who lost it can go on from any event.
 */
export function wholeEvents(response: ResponseObject): ResponseEvent[] {
  const opening = openingEvents(response);
  return [...opening, ...outputEvents(response, opening.length)];
}

/** The events of the output and the end. */
export function outputEvents(response: ResponseObject, from: number): ResponseEvent[] {
  const log = new EventLog(from);
  response.output.forEach((item, index) => writeItem(log, item, index));
  log.add(terminalEvent(response, log.next()));
  return log.take();
}

/** What ends a response's stream. */
export function terminalEvent(response: ResponseObject, number: number): LifecycleEvent {
  const type =
    response.status === 'completed' || response.status === 'failed'
      ? (`response.${response.status}` as const)
      : 'response.incomplete';
  return { type, sequence_number: number, response };
}

function writeItem(log: EventLog, item: OutputItem, index: number): void {
  const added = (beginning: OutputItem): void =>
    log.add({ type: 'response.output_item.added', sequence_number: log.next(), output_index: index, item: beginning });
  switch (item.type) {
    case 'message':
      added({ ...item, status: 'in_progress', content: [] });
      writeContent(log, item, index);
      break;
    case 'function_call':
      added({ ...item, status: 'in_progress', arguments: '' });
      writeArguments(log, item, index);
      break;
    case 'reasoning':
      added({ ...item, summary: [] });
      writeSummary(log, item, index);
      break;
    default:
      // An item of a native upstream that is not known here.
      added(item);
  }
  log.add({ type: 'response.output_item.done', sequence_number: log.next(), output_index: index, item });
}

function writeContent(log: EventLog, { id, content }: OutputMessage, index: number): void {
  content.forEach((part, contentIndex) => {
    const place = { item_id: id, output_index: index, content_index: contentIndex };
    const empty = part.type === 'output_text' ? { ...part, text: '', logprobs: [] } : { ...part, refusal: '' };
    log.add({ type: 'response.content_part.added', sequence_number: log.next(), ...place, part: empty });
    if (part.type === 'output_text') {
      const { text, logprobs } = part;
      if (text !== '')
        log.add({ type: 'response.output_text.delta', sequence_number: log.next(), ...place, delta: text, logprobs });
      log.add({ type: 'response.output_text.done', sequence_number: log.next(), ...place, text, logprobs });
    } else {
      const { refusal } = part;
      if (refusal !== '')
        log.add({ type: 'response.refusal.delta', sequence_number: log.next(), ...place, delta: refusal });
      log.add({ type: 'response.refusal.done', sequence_number: log.next(), ...place, refusal });
    }
    log.add({ type: 'response.content_part.done', sequence_number: log.next(), ...place, part });
  });
}

function writeArguments(log: EventLog, { id, name, arguments: args }: OutputFunctionCall, index: number): void {
  const place = { item_id: id, output_index: index };
  if (args !== '') {
    log.add({ type: 'response.function_call_arguments.delta', sequence_number: log.next(), ...place, delta: args });
  }
  log.add({
    type: 'response.function_call_arguments.done',
    sequence_number: log.next(),
    ...place,
    name,
    arguments: args,
  });
}

function writeSummary(log: EventLog, { id, summary }: OutputReasoning, index: number): void {
  summary.forEach((part, summaryIndex) => {
    const place = { item_id: id, output_index: index, summary_index: summaryIndex };
    const { text } = part;
    log.add({
      type: 'response.reasoning_summary_part.added',
      sequence_number: log.next(),
      ...place,
      part: { ...part, text: '' },
    });
    if (text !== '')
      log.add({ type: 'response.reasoning_summary_text.delta', sequence_number: log.next(), ...place, delta: text });
    log.add({ type: 'response.reasoning_summary_text.done', sequence_number: log.next(), ...place, text });
    log.add({ type: 'response.reasoning_summary_part.done', sequence_number: log.next(), ...place, part });
  });
}
