import type { StopReason } from '../../../anthropic/messages.types.js';
import type { FinishReason } from '../../../openai/chat.types.js';

/**
 * Why an answer ended, in Anthropic's terms (wire.md 4.7). Clients run tools when it says `tool_use`, so it says that
 * exactly when there is a call, whatever the upstream says.
 */
export function stopReason(finish: FinishReason | undefined, hasCalls: boolean, refused: boolean): StopReason {
  if (finish === 'length') return 'max_tokens';
  if (finish === 'content_filter' || refused) return 'refusal';
  return hasCalls ? 'tool_use' : 'end_turn';
}
