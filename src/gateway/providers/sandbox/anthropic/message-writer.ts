import { groupTokens } from '../answer-frames.js';
import { tokenize } from '../token-estimate.js';
import type { StreamEvent } from '../upstream-answer.js';
import { newId } from './anthropic-answers.js';
import type { ClaudeModel } from './anthropic-models.js';
import type { PlannedBlock, PlannedMessage } from './message-plan.js';
import type { PromptTokens } from './prompt-cache.js';
import type { ThinkingSigner } from './thinking-signer.js';

const REFUSAL = {
  type: 'refusal',
  category: 'cyber',
  explanation:
    "This request triggered restrictions on violative cyber content and was blocked under Anthropic's Usage Policy.",
};

/** One answer, in the captured order of keys. */
export class MessageWriter {
  private readonly id = newId('msg');

  constructor(
    private readonly model: ClaudeModel,
    private readonly planned: PlannedMessage,
    private readonly prompt: PromptTokens,
    private readonly signer: ThinkingSigner,
  ) {}

  whole(): object {
    const { stopReason, stopSequence, tokens, blocks } = this.planned;
    return {
      model: this.model.id,
      id: this.id,
      type: 'message',
      role: 'assistant',
      content: blocks.map((block) => this.block(block)),
      stop_reason: stopReason,
      stop_sequence: stopSequence,
      stop_details: this.stopDetails,
      usage: { ...this.promptUsage, output_tokens: tokens, ...this.thinkingUsage, service_tier: 'standard' },
    };
  }

  events(): StreamEvent[] {
    const { blocks, stopReason, stopSequence, tokens } = this.planned;
    const events: StreamEvent[] = [event({ type: 'message_start', message: this.opening })];
    for (const [index, block] of blocks.entries()) {
      events.push(event({ type: 'content_block_start', index, content_block: emptied(block) }));
      if (index === 0) events.push(PING);
      for (const delta of this.deltas(block)) events.push(event({ type: 'content_block_delta', index, delta }));
      events.push(event({ type: 'content_block_stop', index }));
    }
    if (blocks.length === 0) events.push(PING);
    const { cache_creation: _, ...counts } = this.promptUsage;
    events.push(
      event({
        type: 'message_delta',
        delta: { stop_reason: stopReason, stop_sequence: stopSequence, stop_details: this.stopDetails },
        usage: { ...counts, output_tokens: tokens, ...this.thinkingUsage },
      }),
      event({ type: 'message_stop' }),
    );
    return events;
  }

  private get opening(): object {
    return {
      model: this.model.id,
      id: this.id,
      type: 'message',
      role: 'assistant',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      stop_details: null,
      usage: { ...this.promptUsage, output_tokens: 1, service_tier: 'standard' },
    };
  }

  private get promptUsage() {
    const { input, cacheRead, cacheWrite, cacheWriteLong } = this.prompt;
    return {
      input_tokens: input,
      cache_creation_input_tokens: cacheWrite,
      cache_read_input_tokens: cacheRead,
      cache_creation: {
        ephemeral_5m_input_tokens: cacheWrite - cacheWriteLong,
        ephemeral_1h_input_tokens: cacheWriteLong,
      },
    };
  }

  private get thinkingUsage(): object {
    const { thinkingTokens } = this.planned;
    return thinkingTokens > 0 ? { output_tokens_details: { thinking_tokens: thinkingTokens } } : {};
  }

  private get stopDetails(): object | null {
    return this.planned.stopReason === 'refusal' ? REFUSAL : null;
  }

  private block(block: PlannedBlock): object {
    switch (block.type) {
      case 'thinking': {
        const thinking = shownThoughts(block);
        return { type: 'thinking', thinking, signature: this.signer.sign(thinking) };
      }
      case 'text':
        return { type: 'text', text: block.tokens.join('') };
      case 'tool_use': {
        const input: unknown = JSON.parse(block.arguments);
        return { type: 'tool_use', id: block.id, name: block.name, input };
      }
      default:
        return block;
    }
  }

  private deltas(block: PlannedBlock): object[] {
    switch (block.type) {
      case 'thinking': {
        const pieces = block.isShown ? groupTokens(block.tokens).map((group) => group.join('')) : [];
        const signature = this.signer.sign(shownThoughts(block));
        return [
          ...pieces.map((thinking) => ({ type: 'thinking_delta', thinking })),
          { type: 'signature_delta', signature },
        ];
      }
      case 'text':
        return groupTokens(block.tokens).map((group) => ({ type: 'text_delta', text: group.join('') }));
      case 'tool_use':
        return argumentPieces(block.arguments).map((partial_json) => ({ type: 'input_json_delta', partial_json }));
      default:
        return [];
    }
  }
}

function shownThoughts(block: { tokens: string[]; isShown: boolean }): string {
  return block.isShown ? block.tokens.join('') : '';
}

/** The first piece is always empty; a call without arguments has no other (captured). */
function argumentPieces(json: string): string[] {
  return json === '{}' ? [''] : ['', ...groupTokens(tokenize(json)).map((group) => group.join(''))];
}

function emptied(block: PlannedBlock): object {
  switch (block.type) {
    case 'thinking':
      return { type: 'thinking', thinking: '', signature: '' };
    case 'text':
      return { type: 'text', text: '' };
    case 'tool_use':
      return { type: 'tool_use', id: block.id, name: block.name, input: {} };
    default:
      return block;
  }
}

const PING: StreamEvent = { event: 'ping', data: '{"type": "ping"}' };

/** The API pads its events with blanks before the last brace, up to some width: they are part of its bytes (captured). */
const WIDTH = 112;

function event(document: { type: string; [key: string]: unknown }): StreamEvent {
  const json = JSON.stringify(document);
  const padding = ' '.repeat(Math.max(0, WIDTH - json.length) % 17);
  return { event: document.type, data: `${json.slice(0, -1)}${padding}}` };
}
