/**
 * The opaque `encrypted_content` of reasoning items. A stateless client sends it back with its next request,
 * so that the model sees its earlier reasoning again.
 *
 * It is neither secret nor signed: it is the reasoning text itself, which the same answer shows as the item's
 * summary, in a form that survives clients which drop or shorten summaries. A caller who forges one does no
 * more than a caller who writes an assistant message of its own.
 */
const PREFIX = 'asbru1.';

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Puts reasoning text into a token of Asbru's own. */
export function sealReasoning(text: string): string {
  return PREFIX + Buffer.from(text, 'utf8').toString('base64url');
}

/**
 * The reasoning text of a token that Asbru made.
 * A token of another maker (a session that began at another provider) gives nothing, and is no error.
 */
export function openReasoning(token: unknown): string | undefined {
  if (typeof token !== 'string' || !token.startsWith(PREFIX)) return undefined;
  try {
    return UTF8.decode(Buffer.from(token.slice(PREFIX.length), 'base64url'));
  } catch {
    return undefined;
  }
}
