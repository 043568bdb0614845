import { concat, type Observable, of, throwError, toArray, firstValueFrom } from 'rxjs';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { ChatChunk, ChatDelta, FinishReason } from '../../openai/chat.types.js';
import { withVerifiedResume } from './verified-resume.js';

type Chunks = Observable<readonly ChatChunk[]>;

const chunk = (delta: ChatDelta, finish: FinishReason | null = null, id = 'first'): ChatChunk => ({
  id,
  object: 'chat.completion.chunk',
  created: id === 'first' ? 1 : 2,
  model: id,
  choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
});
const second = (delta: ChatDelta, finish: FinishReason | null = null) => chunk(delta, finish, 'second');
const cut = new GatewayError('upstream_truncated', 'cut');
const broken = (...chunks: ChatChunk[]): Chunks =>
  concat(
    of(chunks),
    throwError(() => cut),
  );

/** All that the client gets: the text, its finish reason, and the error that ended it. */
async function received(stream: Chunks) {
  let error: unknown;
  const batches: ChatChunk[] = [];
  await new Promise<void>((resolve) => {
    stream.subscribe({
      next: (batch) => batches.push(...batch),
      error: (e: unknown) => ((error = e), resolve()),
      complete: resolve,
    });
  });
  const deltas = batches.flatMap(({ choices }) => choices);
  return {
    text: deltas.map(({ delta }) => delta.content ?? '').join(''),
    reasoning: deltas.map(({ delta }) => delta.reasoning ?? '').join(''),
    finish: deltas.at(-1)?.finish_reason,
    ids: new Set(batches.map(({ id }) => id)),
    error,
  };
}

describe('withVerifiedResume', () => {
  it('goes on when the second answer begins with exactly what was sent, however it is cut into pieces', async () => {
    const first = broken(
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: 'The sky' }),
      chunk({ content: ' is' }),
    );
    const again = of([
      second({ role: 'assistant', content: '' }),
      second({ content: 'The s' }),
      second({ content: 'ky is bl' }),
      second({ content: 'ue.' }),
      second({}, 'stop'),
    ]);

    expect(await received(withVerifiedResume(first, () => again))).toEqual({
      text: 'The sky is blue.',
      reasoning: '',
      finish: 'stop',
      ids: new Set(['first']),
      error: undefined,
    });
  });

  it('compares reasoning as well', async () => {
    const first = broken(chunk({ reasoning: 'Think' }), chunk({ content: 'A' }));
    const same = of([second({ reasoning: 'Think' }), second({ content: 'AB' }), second({}, 'stop')]);
    const other = of([second({ reasoning: 'Think more' }), second({ content: 'AB' }), second({}, 'stop')]);

    expect(await received(withVerifiedResume(first, () => same))).toMatchObject({ text: 'AB', error: undefined });
    expect(await received(withVerifiedResume(first, () => other))).toMatchObject({ text: 'A', error: cut });
  });

  it.each([
    ['says something else', [second({ content: 'The sea' })]],
    ['ends before what was sent', [second({ content: 'The' }), second({}, 'stop')]],
    ['calls a tool instead', [second({ tool_calls: [{ index: 0, function: { arguments: '' } }] })]],
  ])('keeps the first error when the second answer %s', async (_, pieces) => {
    const first = broken(chunk({ content: 'The sky' }));
    expect(await received(withVerifiedResume(first, () => of(pieces)))).toMatchObject({ text: 'The sky', error: cut });
  });

  it('keeps the first error when the second run fails too', async () => {
    const again = throwError(() => new GatewayError('upstream_unavailable', 'down'));
    expect(await received(withVerifiedResume(broken(chunk({ content: 'A' })), () => again))).toMatchObject({
      error: cut,
    });
  });

  it('does not run again after tool calls, nor when nothing was sent', async () => {
    let runs = 0;
    const again = (): Chunks => {
      runs++;
      return of([]);
    };
    const call = { index: 0, id: 'a', function: { name: 'f', arguments: '' } };
    await received(withVerifiedResume(broken(chunk({ tool_calls: [call] })), again));
    await received(
      withVerifiedResume(
        throwError(() => cut),
        again,
      ),
    );
    expect(runs).toBe(0);
  });

  it('leaves a whole answer as it is', async () => {
    const whole = of([chunk({ content: 'A' }), chunk({}, 'stop')]);
    const batches = await firstValueFrom(withVerifiedResume(whole, () => of([])).pipe(toArray()));
    expect(batches).toEqual([[chunk({ content: 'A' }), chunk({}, 'stop')]]);
  });
});
