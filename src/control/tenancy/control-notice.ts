import { isRecord } from '../../common/json/is-record.js';

/** Topic of notices about governance. */
export const CONTROL_TOPIC = 'control';

/** That something was written. */
export interface ControlNotice {
  readonly version: number;
  /** Ids of keys that are not to be accepted any more, from now on, also where the database cannot be reached. */
  readonly revoked: readonly string[];
}

export function writeNotice(notice: ControlNotice): string {
  return JSON.stringify(notice);
}

/** What is no notice is taken for one without content: it means looking, and that costs little. */
export function readNotice(text: string): ControlNotice {
  const none = { version: 0, revoked: [] };
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value) || !Array.isArray(value.revoked)) return none;
    const revoked = value.revoked.filter((id): id is string => typeof id === 'string');
    return { version: typeof value.version === 'number' ? value.version : 0, revoked };
  } catch {
    return none;
  }
}
