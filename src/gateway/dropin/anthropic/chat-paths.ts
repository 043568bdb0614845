import type { CallContext } from '../../../common/context/call-context.js';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { MessagesRequest } from '../../anthropic/messages.types.js';
import type { MessagesToChat } from './to-chat/messages-to-chat.js';

/** Where a parameter of the chat request stands in the Messages request that the caller wrote. */
const NAMES: ReadonlyArray<readonly [chat: RegExp, messages: string]> = [
  [/^messages\.reasoning\b/, 'messages.content.thinking'],
  [/^messages\.tool_calls?\b/, 'messages.content.tool_use'],
  [/^response_format\.json_schema/, 'output_config.format'],
  [/^response_format/, 'output_config.format'],
  [/^max_completion_tokens$/, 'max_tokens'],
  [/^stop\b/, 'stop_sequences'],
  [/^user$/, 'metadata.user_id'],
  [/^parallel_tool_calls$/, 'tool_choice.disable_parallel_tool_use'],
  [/^tools\.(?:function\.)?parameters/, 'tools.input_schema'],
  [/^tools\.function/, 'tools'],
];
const MESSAGE = /^messages\[(\d+)\](?:\.content\[(\d+)\])?/;
const TOOL = /^tools\[(\d+)\](?:\.function)?(\.parameters)?/;

/** Paths of one converted request, chat's and the caller's. */
export class ChatPaths {
  constructor(
    private readonly request: MessagesRequest,
    private readonly converted: MessagesToChat,
  ) {}

  /** The caller's path for a path of the chat request; a path that is the same in both, as it is. */
  toMessages(path: string): string {
    if (path === 'reasoning_effort') return this.request.output_config?.effort ? 'output_config.effort' : 'thinking';
    const message = MESSAGE.exec(path);
    if (message) return this.messagePath(message);
    const tool = TOOL.exec(path);
    if (tool) return `tools[${this.converted.toolPositions[Number(tool[1])] ?? 0}]${tool[2] ? '.input_schema' : ''}`;
    const rule = NAMES.find(([chat]) => chat.test(path));
    return rule ? path.replace(rule[0], rule[1]) : path;
  }

  /** An error about the chat request, about the caller's own fields. */
  inError(error: GatewayError): GatewayError {
    const param = error.param === null ? null : this.toMessages(error.param);
    if (param === error.param) return error;
    const { headers, status, type, wireCode, details } = error;
    const options = { param, headers, status, type, wireCode, details, cause: error };
    return new GatewayError(error.code, error.message, options);
  }

  /** The provider notes what it filtered by its place in the chat request: says it by the caller's. */
  inNotes({ filtered, transformed }: Pick<CallContext, 'filtered' | 'transformed'>): void {
    for (const noted of [filtered, transformed]) {
      if (noted.size === 0) continue;
      const paths = [...noted].map((path) => this.toMessages(path));
      noted.clear();
      for (const path of paths) noted.add(path);
    }
  }

  /** The block where one is known; what follows in the chat path has no counterpart. */
  private messagePath([, index, part]: RegExpExecArray): string {
    const origin = this.converted.origins[Number(index)];
    if (!origin) return 'messages';
    return (part === undefined ? undefined : origin.parts?.[Number(part)]) ?? origin.path;
  }
}
