/** A piece of a streamed answer, or a whole one, as far as its length is asked. */
export interface OutputPiece {
  readonly choices: ReadonlyArray<{
    readonly text?: string;
    readonly delta?: Written;
    /** Of a whole answer. */
    readonly message?: Written;
  }>;
}

interface Written {
  readonly content?: string | null;
  readonly reasoning?: string | null;
  readonly tool_calls?: ReadonlyArray<{ readonly function?: { readonly arguments?: string } }>;
}

/** Characters that a model wrote for it: text, reasoning, arguments of tools. */
export function outputLengthOf({ choices }: OutputPiece): number {
  let length = 0;
  for (const { text, delta, message } of choices) {
    const written = delta ?? message;
    length += lengthOf(text);
    if (written)
      length += lengthOf(written.content) + lengthOf(written.reasoning) + argumentsLength(written.tool_calls);
  }
  return length;
}

const lengthOf = (text: string | null | undefined): number => (text ? text.length : 0);

type ToolCalls = Written['tool_calls'];

function argumentsLength(calls: ToolCalls): number {
  let length = 0;
  if (calls) for (const call of calls) length += lengthOf(call.function?.arguments);
  return length;
}
