import type { OutputContent, OutputItem, OutputLogprob, ResponseObject, SummaryText } from './response-object.types.js';

interface Numbered {
  /** Starts at 0 and grows by one with each event, without gaps. */
  sequence_number: number;
}

interface InItem extends Numbered {
  item_id: string;
  output_index: number;
}

interface InContent extends InItem {
  content_index: number;
}

interface InSummary extends InItem {
  summary_index: number;
}

export interface LifecycleEvent extends Numbered {
  type:
    | 'response.created'
    | 'response.queued'
    | 'response.in_progress'
    | 'response.completed'
    | 'response.incomplete'
    | 'response.failed';
  response: ResponseObject;
}

export interface OutputItemEvent extends Numbered {
  type: 'response.output_item.added' | 'response.output_item.done';
  output_index: number;
  item: OutputItem;
}

export interface ContentPartEvent extends InContent {
  type: 'response.content_part.added' | 'response.content_part.done';
  part: OutputContent;
}

export interface OutputTextDeltaEvent extends InContent {
  type: 'response.output_text.delta';
  delta: string;
  logprobs: OutputLogprob[];
}

export interface OutputTextDoneEvent extends InContent {
  type: 'response.output_text.done';
  text: string;
  logprobs: OutputLogprob[];
}

export interface RefusalDeltaEvent extends InContent {
  type: 'response.refusal.delta';
  delta: string;
}

export interface RefusalDoneEvent extends InContent {
  type: 'response.refusal.done';
  refusal: string;
}

export interface ArgumentsDeltaEvent extends InItem {
  type: 'response.function_call_arguments.delta';
  delta: string;
}

export interface ArgumentsDoneEvent extends InItem {
  type: 'response.function_call_arguments.done';
  name: string;
  arguments: string;
}

export interface SummaryPartEvent extends InSummary {
  type: 'response.reasoning_summary_part.added' | 'response.reasoning_summary_part.done';
  part: SummaryText;
}

export interface SummaryTextDeltaEvent extends InSummary {
  type: 'response.reasoning_summary_text.delta';
  delta: string;
}

export interface SummaryTextDoneEvent extends InSummary {
  type: 'response.reasoning_summary_text.done';
  text: string;
}

/** A failure before any response exists. The fields stand twice, because clients read either the flat or the nested form. */
export interface StreamErrorEvent extends Numbered {
  type: 'error';
  code: string | null;
  message: string;
  param: string | null;
  error: { type: string; code: string | null; message: string; param: string | null };
}

/** One server-sent event of a streamed answer (https://platform.openai.com/docs/api-reference/responses-streaming). */
export type ResponseEvent =
  | LifecycleEvent
  | OutputItemEvent
  | ContentPartEvent
  | OutputTextDeltaEvent
  | OutputTextDoneEvent
  | RefusalDeltaEvent
  | RefusalDoneEvent
  | ArgumentsDeltaEvent
  | ArgumentsDoneEvent
  | SummaryPartEvent
  | SummaryTextDeltaEvent
  | SummaryTextDoneEvent
  | StreamErrorEvent;
