import { isRecord } from '../../../../common/json/is-record.js';
import { asNumber } from '../../../../common/json/raw-json.js';
import type { ChatRequest } from '../../../openai/chat.types.js';
import type { RequestDraft } from '../../request-draft.js';
import type { ClaudeTraits } from '../claude-traits.js';

const NAMES = ['temperature', 'top_p', 'top_k'] as const;

/** Sampling as far as the model still takes it, and as it goes with thinking. Anthropic's temperatures end at 1. */
export function writeSampling(request: ChatRequest, { sampling }: ClaudeTraits, draft: RequestDraft): void {
  const isFixed = sampling === 'none' || thinks(draft);
  for (const name of NAMES) {
    const value = asNumber(request[name]);
    // 1 is the default of both others: every model takes it as nothing said.
    if (value === undefined || (isFixed && value === 1 && name !== 'top_k')) continue;
    if (isFixed || (name === 'top_p' && isSecond(sampling, draft))) draft.filter(name);
    else writeNumber(name, value, draft);
  }
}

function isSecond(sampling: ClaudeTraits['sampling'], { body }: RequestDraft): boolean {
  return sampling === 'one' && body.temperature !== undefined;
}

function thinks({ body: { thinking } }: RequestDraft): boolean {
  return isRecord(thinking) && thinking.type !== 'disabled';
}

function writeNumber(name: string, value: number, draft: RequestDraft): void {
  const isHot = name === 'temperature' && value > 1;
  if (isHot) draft.transform(name);
  draft.body[name] = isHot ? 1 : value;
}
