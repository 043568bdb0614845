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
    length += lengthOf(text);
    if (delta) length += lengthOf(delta.content) + lengthOf(delta.reasoning) + argumentsLength(delta.tool_calls);
  }
  return length;
}

const lengthOf = (text: string | null | undefined): number => (text ? text.length : 0);

type ToolCalls = NonNullable<OutputPiece['choices'][number]['delta']>['tool_calls'];

function argumentsLength(calls: ToolCalls): number {
  let length = 0;
  if (calls) for (const call of calls) length += lengthOf(call.function?.arguments);
  return length;
}
