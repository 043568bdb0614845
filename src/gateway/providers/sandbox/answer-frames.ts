/** Several tokens for each frame, in the uneven groups of a fast model (wire.md 1.6). */
const GROUPS = [1, 4, 2, 5, 3, 6, 2, 4];

/** Splits tokens into the groups that travel together. */
export function groupTokens(tokens: readonly string[]): string[][] {
  const groups: string[][] = [];
  for (let at = 0; at < tokens.length;) {
    const size = GROUPS[groups.length % GROUPS.length] ?? 1;
    groups.push(tokens.slice(at, at + size));
    at += size;
  }
  return groups;
}

/** Takes turns between lists: the choices of one answer grow side by side. */
export function interleave<Item>(lists: ReadonlyArray<readonly Item[]>): Item[] {
  const [only] = lists;
  if (only && lists.length === 1) return [...only];
  const items: Item[] = [];
  const longest = Math.max(...lists.map((list) => list.length));
  for (let index = 0; index < longest; index++) {
    for (const list of lists) {
      if (index < list.length) items.push(...list.slice(index, index + 1));
    }
  }
  return items;
}

/** What stands around the choices of every frame and of the whole answer, in the captured order of keys. */
export interface Envelope {
  /** `{"id":"…","choices":[` */
  open: string;
  /** `],"created":…,"object":"…"`, without the last brace. */
  close: string;
}

export function envelope(
  head: { id: string; created: number; model: { id: string; fingerprint: string } },
  object: string,
): Envelope {
  const { id, created, model } = head;
  return {
    open: `{"id":"${id}","choices":[`,
    close: `],"created":${created},"model":"${model.id}","system_fingerprint":"${model.fingerprint}","object":"${object}"`,
  };
}

/** One frame, or the whole answer, with what follows the fixed keys. */
export function enclose({ open, close }: Envelope, choices: string, tail?: object): string {
  return tail ? `${open}${choices}${close},${JSON.stringify(tail).slice(1)}` : `${open}${choices}${close}}`;
}
