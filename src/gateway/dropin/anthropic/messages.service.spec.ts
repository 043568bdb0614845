import { lastValueFrom, type Observable, of, throwError, toArray } from 'rxjs';
import { CallContext } from '../../../common/context/call-context.js';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { MessagesRequest } from '../../anthropic/messages.types.js';
import type { ChatChunk, ChatRequest } from '../../openai/chat.types.js';
import { Attempt } from '../../providers/attempt.js';
import { type NativeRequest, type Operation, Provider } from '../../providers/provider.port.js';
import { InferenceRouter, type RoutedRequest, type Send } from '../../routing/inference-router.port.js';
import { MessageIds } from './message-ids.js';
import { MessagesService } from './messages.service.js';

const REQUEST: MessagesRequest = {
  model: 'claude-sonnet-4-5',
  max_tokens: 10,
  messages: [{ role: 'user', content: 'Hi' }],
  future_field: { kept: true },
};

/** Speaks Messages, or chat only; says what it was asked. */
class StubProvider extends Provider {
  readonly name = 'stub';
  readonly kind = 'stub';
  readonly parameters = { chat: {}, completions: {} };
  readonly origin = 'https://stub.invalid';
  readonly keys = [];
  readonly operations: ReadonlySet<Operation>;
  readonly relayed: NativeRequest[] = [];
  readonly asked: ChatRequest[] = [];

  constructor(operation: Operation) {
    super();
    this.operations = new Set([operation]);
  }

  clocksOf() {
    return { connectMs: 1, firstByteMs: 1, firstTokenMs: 1, idleMs: 1, totalMs: 1, afterFinishMs: 1 };
  }

  complete(): Observable<never> {
    return throwError(() => new GatewayError('invalid_value', 'wrong', { param: 'messages[1].content[0].type' }));
  }

  stream(request: ChatRequest): Observable<readonly ChatChunk[]> {
    this.asked.push(request);
    const choices = [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' as const }];
    return of([{ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices }]);
  }

  override relay(request: NativeRequest): Observable<string> {
    this.relayed.push(request);
    return of('{"id":"msg_upstream"}');
  }

  override relayStream(request: NativeRequest): Observable<string> {
    this.relayed.push(request);
    return of('event: ping\n', 'data: {}\n\n');
  }

  async listModels() {
    return [];
  }
}

/** Asks one provider after the other, each by its own id of the model, and takes the last answer. */
class StubRouter extends InferenceRouter {
  constructor(private readonly providers: readonly Provider[]) {
    super();
  }

  readonly complete = unused;
  readonly stream = unused;
  readonly completeText = unused;
  readonly streamText = unused;

  override route<R extends RoutedRequest, T>(request: R, call: CallContext, send: Send<R, T>): Observable<T> {
    const answers = this.providers.map((provider) => {
      const key = { name: 'main', client: undefined as never, headers: {} };
      const attempt = new Attempt(call, provider.name, key, provider.clocksOf(''), 'upstream-id');
      return send(provider, { ...request, model: 'upstream-id' }, attempt);
    });
    return answers.at(-1) ?? throwError(() => new Error('no provider'));
  }
}

function unused(): never {
  throw new Error('not used here');
}

function create(provider: Provider, request: Partial<MessagesRequest> = {}) {
  const service = new MessagesService(new StubRouter([provider]), new MessageIds());
  const call = new CallContext('req_1');
  const headers = { 'anthropic-beta': 'a,b', 'x-api-key': 'secret' };
  return { call, answer: service.create({ ...REQUEST, ...request }, call, headers).pipe(toArray()) };
}

describe('a Messages request', () => {
  it('is relayed to a provider that speaks the dialect, whole and streamed, as it came', async () => {
    const provider = new StubProvider('messages');
    const whole = create(provider);
    expect(await lastValueFrom(whole.answer)).toEqual(['{"id":"msg_upstream"}']);
    expect(whole.call.answerModel).toBe('claude-sonnet-4-5');
    const streamed = create(provider, { stream: true, fallbacks: ['x'] });
    expect(await lastValueFrom(streamed.answer)).toEqual(['event: ping\n', 'data: {}\n\n']);
    expect(provider.relayed).toEqual([
      {
        dialect: 'messages',
        model: 'upstream-id',
        body: { ...REQUEST, model: 'upstream-id' },
        headers: { 'anthropic-beta': 'a,b' },
      },
      {
        dialect: 'messages',
        model: 'upstream-id',
        body: { ...REQUEST, model: 'upstream-id', stream: true },
        headers: { 'anthropic-beta': 'a,b' },
      },
    ]);
    expect([whole.call.filtered.size, streamed.call.keepAlive?.maxMs]).toEqual([0, 15_000]);
  });

  it('is converted for any other, with the provider’s id of the model and the caller’s in the answer', async () => {
    const provider = new StubProvider('chat');
    const { answer } = create(provider, { stream: true });
    const frames = (await lastValueFrom(answer)).join('');
    expect(frames).toMatch(/^event: message_start\n.*"model":"claude-sonnet-4-5"/);
    expect(frames).toMatch(/event: message_stop\ndata: \{"type":"message_stop"\}\n\n$/);
    expect(provider.asked).toMatchObject([{ model: 'upstream-id', stream: true, max_completion_tokens: 10 }]);
  });

  it('has the caller’s fields in the errors of a provider that reads its chat form', async () => {
    const content = [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ];
    const { answer } = create(new StubProvider('chat'), { system: 's', messages: [{ role: 'user', content }] });
    await expect(lastValueFrom(answer)).rejects.toMatchObject({ param: 'messages[0].content[0]' });
  });
});
