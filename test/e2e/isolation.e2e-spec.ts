import { first } from '../support/answer.js';
import { CHAT, startGateway, type TestGateway } from '../support/gateway.js';
import { frames } from '../support/sse.js';

const STREAMS = 500;
const SLOW = 10;

describe('Isolation', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway({ sandbox: { paceMs: 1, keepRequests: 2_000 } });
  });

  afterAll(() => gateway.close());
  beforeEach(() => gateway.reset());

  /** A stream whose words nobody else has. */
  const readOne = async (n: number, isSlow: boolean) => {
    const words = `stream-${n}-é😀 `.repeat(5).trim();
    const { statusCode, headers, body } = await gateway.open('/v1/chat/completions', {
      body: { ...CHAT, stream: true, user: `user-${n}`, messages: [{ role: 'user', content: `Say: ${words}` }] },
    });
    const ids = new Set<string>();
    let content = '';
    let last = '';
    for await (const frame of frames(body)) {
      if (isSlow) await new Promise((resolve) => setTimeout(resolve, 5));
      last = frame.data ?? '';
      if (last === '[DONE]') continue;
      const chunk = JSON.parse(last) as { id: string; choices: Array<{ delta: { content?: string } }> };
      ids.add(chunk.id);
      content += chunk.choices[0]?.delta.content ?? '';
    }
    return {
      n,
      statusCode,
      requestId: headers['x-request-id'],
      inferenceId: headers['inference-id'],
      ids,
      content,
      words,
      last,
    };
  };

  it(`#22 ${STREAMS} streams at once, ${SLOW} of them read slowly: no word, id or header strays`, async () => {
    const results = await Promise.all(Array.from({ length: STREAMS }, (_, n) => readOne(n, n < SLOW)));
    for (const result of results) {
      expect(result.statusCode).toBe(200);
      expect(result.content).toBe(result.words);
      expect(result.last).toBe('[DONE]');
      expect([...result.ids]).toEqual([result.inferenceId]);
    }
    expect(new Set(results.map(({ requestId }) => requestId)).size).toBe(STREAMS);
    expect(new Set(results.map(({ inferenceId }) => inferenceId)).size).toBe(STREAMS);
    const users = gateway.sent.map(({ json }) => (json as { user: string }).user);
    expect(new Set(users).size).toBe(STREAMS);
  }, 60_000);

  it('answers, streams and refusals at once keep to themselves', async () => {
    const answers = await Promise.all(
      Array.from({ length: 120 }, async (_, n) => {
        const messages = [{ role: 'user', content: `Say: word-${n}` }];
        const body = n % 3 === 0 ? { messages, temperature: 5 } : { messages, stream: n % 3 === 1, [`param_${n}`]: 1 };
        return { n, answer: await gateway.chat(body) };
      }),
    );
    for (const { n, answer } of answers) {
      if (n % 3 === 0) {
        expect(answer.status).toBe(400);
        expect(answer.headers).not.toHaveProperty('x-asbru-filtered-params');
        continue;
      }
      expect(answer.filtered).toEqual([`param_${n}`]);
      const content =
        n % 3 === 1
          ? answer.chunks.map(({ choices }) => first(choices).delta.content ?? '').join('')
          : answer.choice.message.content;
      expect(content).toBe(`word-${n}`);
    }
  });
});
