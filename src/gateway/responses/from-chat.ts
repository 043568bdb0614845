import { GatewayError } from '../../common/errors/gateway-error.js';
import type { AssistantMessage, ChatChoice, ChatCompletion, ChatToolCall } from '../openai/chat.types.js';
import { CallIds } from './call-ids.js';
import { callStatus, completedAt, endingOf, responseUsage, type Ending } from './ending.js';
import {
  functionCallItem,
  messageItem,
  needsMessage,
  outputLogprobs,
  reasoningItem,
  refusalPart,
  textPart,
} from './output-items.js';
import { responseBase } from './response-base.js';
import type { ResponseIds } from './response-ids.js';
import type { ResponseOpening } from './response-stream.js';
import type { OutputContent, OutputItem, ResponseObject } from './response-object.types.js';
import type { ResponsesRequest } from './responses.types.js';
import { wantsJson } from './text-format.js';
import { wantsSealedReasoning } from './includes.js';

/** The Responses answer that a chat completion means. */
export function fromChat(
  completion: ChatCompletion,
  request: ResponsesRequest,
  ids: ResponseIds,
  opening?: Pick<ResponseOpening, 'id' | 'createdAt'>,
): ResponseObject {
  const choice = completion.choices.find(({ index }) => index === 0) ?? completion.choices[0];
  if (!choice) {
    throw new GatewayError('upstream_invalid_response', 'The upstream answered without any choice.');
  }
  const origin = { ...completion, created: opening?.createdAt ?? completion.created };
  const base = responseBase(opening?.id ?? ids.response(), origin, request);
  const { status, incomplete_details } = endingOf(choice.finish_reason);
  return {
    ...base,
    completed_at: status === 'completed' ? completedAt(base.created_at) : null,
    status,
    incomplete_details,
    output: outputOf(choice, request, ids, status),
    usage: responseUsage(completion.usage),
  };
}

function outputOf(
  choice: ChatChoice,
  request: ResponsesRequest,
  ids: ResponseIds,
  ending: Ending['status'],
): OutputItem[] {
  const { message } = choice;
  const output: OutputItem[] = [];
  const reasoning = message.reasoning || message.reasoning_content;
  if (reasoning) output.push(reasoningItem(ids.reasoning(), reasoning, wantsSealedReasoning(request)));
  const content = contentOf(choice);
  if (content.length > 0) output.push(messageItem(ids.message(), 'completed', content));
  output.push(...callItems(callsOf(message, request), ids, ending));
  if (needsMessage(output, ending)) output.push(messageItem(ids.message(), 'completed', [textPart('', [])]));
  const last = output.at(-1);
  if (last && ending === 'incomplete') last.status = 'incomplete';
  return output;
}

function callItems(calls: readonly ChatToolCall[], ids: ResponseIds, ending: Ending['status']): OutputItem[] {
  const callIds = new CallIds(ids);
  return calls.map(({ id, function: { name, arguments: args } }, position) =>
    functionCallItem(
      { id: ids.functionCall(), callId: callIds.distinct(id), name },
      args,
      callStatus(ending, position === calls.length - 1, args),
    ),
  );
}

function contentOf({ message, logprobs }: ChatChoice): OutputContent[] {
  const content: OutputContent[] = [];
  if (message.content) content.push(textPart(message.content, outputLogprobs(logprobs?.content)));
  if (message.refusal) content.push(refusalPart(message.refusal));
  return content;
}

/** GLM repeats the JSON that it was asked for as a tool call; the text is the answer then. */
function callsOf(message: AssistantMessage, request: ResponsesRequest): readonly ChatToolCall[] {
  return message.content && wantsJson(request) ? [] : (message.tool_calls ?? []);
}
