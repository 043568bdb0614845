import { createHash } from 'node:crypto';

const ALLOWED = /^[a-zA-Z0-9_-]+$/;

/**
 * A call's id as Anthropic takes it. Other vendors' ids have other characters (`functions.f:0`): each such id always
 * becomes the same other one, so that a call and its result still meet.
 */
export function toolUseId(id: string): string {
  if (ALLOWED.test(id)) return id;
  return `toolu_${createHash('sha256').update(id).digest('hex').slice(0, 24)}`;
}
