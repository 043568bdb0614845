/** A piece of a streamed answer, as far as its length is asked. */
export interface OutputPiece {
  readonly choices: ReadonlyArray<{
    readonly text?: string;
    readonly delta?: {
      readonly content?: string | null;
      readonly reasoning?: string | null;
      readonly tool_calls?: ReadonlyArray<{ readonly function?: { readonly arguments?: string } }>;
    };
  }>;
}

/** Characters that a model wrote for it: text, reasoning, arguments of tools. */
export function outputLengthOf({ choices }: OutputPiece): number {
  let length = 0;
  for (const { text, delta } of choices) {
    if (text !== undefined) length += text.length;
    if (!delta) continue;
    length += (delta.content?.length ?? 0) + (delta.reasoning?.length ?? 0);
    if (delta.tool_calls) for (const call of delta.tool_calls) length += call.function?.arguments?.length ?? 0;
  }
  return length;
}
