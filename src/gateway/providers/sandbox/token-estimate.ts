/** About four bytes make a token of English; good enough for limits and usage. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}

/** Splits text the way a tokenizer does: a word with its leading space, a run of signs, white space. */
export function tokenize(text: string): string[] {
  return text.match(/ ?[\p{L}\p{N}]+| ?[^\s\p{L}\p{N}]+|\s+/gu) ?? [];
}
