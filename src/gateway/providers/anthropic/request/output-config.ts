import { isRecord } from '../../../../common/json/is-record.js';
import type { OutputConfig } from '../../../anthropic/messages.types.js';
import type { RequestDraft } from '../../request-draft.js';

/** Adds to `output_config`, which effort and format share. */
export function setOutput({ body }: RequestDraft, part: OutputConfig): void {
  body.output_config = { ...(isRecord(body.output_config) && body.output_config), ...part };
}
