import { asNumber } from '../../../../common/json/raw-json.js';
import type { MessagesRequest, Thinking } from '../../../anthropic/messages.types.js';
import type { ConversionNotes } from './conversion-notes.js';

/** Efforts that chat does not have, and the nearest that it has (wire.md 4.7). */
const NEAREST: Readonly<Record<string, string>> = { xhigh: 'high', max: 'high' };
/** Budgets in tokens below which the effort is low or medium. */
const LOW_BELOW = 4_096;
const MEDIUM_BELOW = 16_384;

/**
 * What becomes of the model's thoughts: `shown` also when nothing was said of them, `omitted` leaves a block without
 * text (`display: "omitted"`), `hidden` leaves none, for a caller who has switched them off.
 */
export type ThinkingDisplay = 'shown' | 'omitted' | 'hidden';

export function thinkingDisplay({ thinking }: MessagesRequest): ThinkingDisplay {
  if (thinking?.type === 'disabled') return 'hidden';
  return thinking?.display === 'omitted' ? 'omitted' : 'shown';
}

/** The effort that `thinking` and `output_config.effort` mean; undefined leaves it to the model. */
export function reasoningEffort(request: MessagesRequest, notes: ConversionNotes): string | undefined {
  const { thinking, output_config: config } = request;
  if (thinking?.type === 'disabled') return 'none';
  return config?.effort ? nearest(config.effort, notes) : effortOf(thinking, notes);
}

function effortOf(thinking: Thinking | null | undefined, notes: ConversionNotes): string | undefined {
  // No chat model can be told when it thinks.
  if (thinking?.type === 'between_tools') notes.unsent.add('thinking.type');
  const budget = thinking?.type === 'enabled' ? asNumber(thinking.budget_tokens) : undefined;
  if (budget === undefined) return undefined;
  notes.adapted.add('thinking.budget_tokens');
  if (budget < LOW_BELOW) return 'low';
  return budget < MEDIUM_BELOW ? 'medium' : 'high';
}

function nearest(effort: string, notes: ConversionNotes): string {
  const known = NEAREST[effort];
  if (known !== undefined) notes.adapted.add('output_config.effort');
  return known ?? effort;
}
