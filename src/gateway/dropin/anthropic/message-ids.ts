import { randomBytes } from 'node:crypto';

/** Ids of answers, in Anthropic's form: a prefix and 24 characters. */
export class MessageIds {
  next(): string {
    return `msg_01${randomBytes(16).toString('base64url').replaceAll(/[-_]/g, 'x').slice(0, 22)}`;
  }
}
