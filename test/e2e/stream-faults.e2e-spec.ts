import type { SandboxFault } from '../../src/gateway/providers/sandbox/sandbox-fault.js';
import { Accumulated, type Answer } from '../support/answer.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { DONE, dataFrame } from '../support/sse.js';

const TEXT = 'naïve 😀 end';
const MESSAGES = [{ role: 'user', content: `Say: ${TEXT}` }];
const piece = (delta: unknown, rest: Record<string, unknown> = {}) =>
  dataFrame({ id: 'c', created: 1, model: 'm', choices: [{ index: 0, delta, ...rest }] });

describe('Faults of a stream', () => {
  let gateway: TestGateway;

  const start = async (): Promise<void> => {
    gateway = await startGateway({ env: { ASBRU_MAX_RETRIES: '0', ASBRU_IDLE_TIMEOUT_MS: '3000' } });
  };
  // A gateway for each test: what a failure does to the standing of a key must not reach the next test.
  beforeEach(start);
  afterEach(() => gateway.close());

  const faulty = (...faults: SandboxFault[]): Promise<Answer> => {
    gateway.sandbox.script(...faults);
    return gateway.chat({ stream: true, messages: MESSAGES });
  };

  const expectWhole = (answer: Answer): void => {
    expect(answer.status).toBe(200);
    expect(answer.endsWithDone).toBe(true);
    expect(new Accumulated(answer.chunks)).toMatchObject({ content: TEXT, finish: 'stop', finishes: 1 });
  };

  /** The words so far, then one frame that says what failed, and nothing that looks like success. */
  const expectBroken = (answer: Answer, error: Record<string, unknown> = {}): void => {
    expect(answer.status).toBe(200);
    const last = answer.chunks.at(-1);
    expect(last).toMatchObject({
      error: { message: expect.stringMatching(/./), type: expect.stringMatching(/./), ...error },
    });
    expect(answer.endsWithDone).toBe(false);
    expect(answer.text).not.toContain('[DONE]');
    for (const chunk of answer.chunks.slice(0, -1)) {
      for (const choice of chunk.choices) expect(choice.finish_reason).toBeNull();
    }
  };

  describe('what the SSE specification allows is read', () => {
    it.each([
      ['CRLF', { lineEnd: 'crlf' }],
      ['lone CR', { lineEnd: 'cr' }],
      ['comments, event, id and retry lines', { noise: true }],
      ['no space after the colon', { noSpace: true }],
      ['data over several lines', { multiLine: true }],
      ['all of it', { lineEnd: 'crlf', noise: true, noSpace: true, multiLine: true, bom: true }],
    ] as const)('#57 %s', async (_, format) => {
      expectWhole(await faulty({ kind: 'format', ...format }));
      expectWhole(
        await faulty({
          kind: 'together',
          faults: [
            { kind: 'format', ...format },
            { kind: 'split', sizes: 3 },
          ],
        }),
      );
    });

    it('#58 a BOM at the start', async () => {
      expectWhole(await faulty({ kind: 'format', bom: true }));
    });

    it('lines of unknown fields, and an event without data', async () => {
      const frames = [
        'foo: bar\nbaz\n\n',
        'event: ping\n\n',
        'data\n\n'.replace('data\n', ''),
        piece({ content: TEXT }),
        piece({}, { finish_reason: 'stop' }),
        DONE,
      ];
      expectWhole(await faulty({ kind: 'raw-frames', frames }));
    });
  });

  it('#60 a missing [DONE] behind the finish reason is made up for', async () => {
    expectWhole(await faulty({ kind: 'no-done' }));
    expectWhole(await faulty({ kind: 'no-done', park: true }));
    expectWhole(
      await faulty({ kind: 'raw-frames', frames: [piece({ content: TEXT }), piece({}, { finish_reason: 'stop' })] }),
    );
  });

  it('#60 a last event without its blank line is read', async () => {
    const end = piece({}, { finish_reason: 'stop' }).trimEnd();
    expectWhole(await faulty({ kind: 'raw-frames', frames: [piece({ content: TEXT }), end] }));
  });

  it('nothing behind [DONE] is passed on', async () => {
    const frames = [
      piece({ content: TEXT }),
      piece({}, { finish_reason: 'stop' }),
      DONE,
      piece({ content: 'late' }),
      DONE,
    ];
    const answer = await faulty({ kind: 'raw-frames', frames });
    expectWhole(answer);
    expect(answer.text.match(/\[DONE\]/g)).toHaveLength(1);
  });

  it.each(['end', 'close', 'reset'] as const)(
    '#61 an end without a finish reason (%s) is an error frame',
    async (how) => {
      const answer = await faulty({ kind: 'cut', how });
      expectBroken(answer, { type: 'server_error' });
      expect(gateway.sent).toHaveLength(1);
    },
  );

  it('#61 one of two choices that never finishes is an error frame', async () => {
    const frames = [
      piece({ content: 'a' }),
      dataFrame({ id: 'c', created: 1, model: 'm', choices: [{ index: 1, delta: { content: 'b' } }] }),
      piece({}, { finish_reason: 'stop' }),
    ];
    gateway.sandbox.script({ kind: 'raw-frames', frames });
    expectBroken(await gateway.chat({ stream: true, n: 2 }));
  });

  it.each([
    [
      '#62 with nulls',
      {
        kind: 'stream-error',
        afterFrames: 4,
        statusCode: 500,
        error: { message: 'x', type: null, param: null, code: null },
      },
    ],
    ['#62 without a status', { kind: 'stream-error', afterFrames: 4, statusCode: null, error: { message: 'x' } }],
    ['#63 as an event named error', { kind: 'stream-error', afterFrames: 4, event: true, error: { message: 'x' } }],
  ] as const)('an error inside the stream %s is an error frame', async (_, fault) => {
    const answer = await faulty({ ...fault, kind: 'stream-error' });
    expectBroken(answer, { message: 'x', type: 'server_error' });
    expect(answer.chunks.at(-1)).toEqual({
      error: { message: 'x', type: 'server_error', param: null, code: 'upstream_error' },
    });
  });

  it('#63 an event named error in the flat shape, and without any JSON object, is an error frame', async () => {
    const flat = 'event: error\ndata: {"message":"flat boom","type":"server_error","param":"","code":""}\n\n';
    expectBroken(await faulty({ kind: 'raw-frames', frames: [piece({ content: 'a' }), flat] }), {
      message: 'flat boom',
    });
    expectBroken(
      await faulty({ kind: 'raw-frames', frames: [piece({ content: 'a' }), 'event: error\ndata: "boom"\n\n'] }),
    );
  });

  it('an error frame tells nothing of keys and pages', async () => {
    const error = { message: '<!DOCTYPE html><html>csk-secret</html>' };
    const answer = await faulty({
      kind: 'raw-frames',
      frames: [piece({ content: 'a' }), dataFrame({ error, status_code: 502 })],
    });
    expectBroken(answer);
    expect(answer.text).not.toMatch(/csk-|html/i);
    const refused = dataFrame({
      error: { message: 'Wrong API Key csk-secret', code: 'wrong_api_key' },
      status_code: 401,
    });
    const second = await faulty({ kind: 'raw-frames', frames: [piece({ content: 'a' }), refused] });
    expectBroken(second, { code: 'upstream_auth_error' });
    expect(second.text).not.toContain('csk-');
  });

  it('words that came in one segment with the error are not lost', async () => {
    const answer = await faulty({
      kind: 'raw-frames',
      frames: [piece({ content: 'a' }) + dataFrame({ error: { message: 'x' }, status_code: 500 })],
    });
    expectBroken(answer);
    expect(new Accumulated(answer.chunks.slice(0, -1)).content).toBe('a');
  });

  it.each([
    ['broken JSON', 'data: {"id":"c","choices":[{"delta":{"content":"x"\n\n'],
    ['text', 'data: hello\n\n'],
    ['a JSON list', 'data: []\n\n'],
    ['a line without an end', `data: ${'x'.repeat(1_200_000)}`],
  ])('%s inside the stream is an error frame, and the upstream is aborted', async (_, odd) => {
    const answer = await faulty({ kind: 'raw-frames', frames: [piece({ content: 'a' }), odd], ending: 'park' });
    expectBroken(answer, { code: 'upstream_invalid_response' });
    expect(await gateway.sent[0]?.closed).toBe('aborted');
  });

  it('#67 an extra frame with choices null is skipped', async () => {
    expectWhole(await faulty({ kind: 'extra-frame', afterFrames: 2, data: 'null-choices' }));
  });

  it('#66 deltas without index, type and id, and ids that repeat, make proper calls', async () => {
    const tools = [
      {
        type: 'function',
        function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
      },
    ];
    const faults: SandboxFault[] = [
      { kind: 'tool-delta', without: ['type'] },
      { kind: 'tool-delta', duplicateIds: true },
    ];
    for (const fault of faults) {
      gateway.sandbox.script(fault);
      const messages = [{ role: 'user', content: 'What is the weather in Paris and London?' }];
      const answer = await gateway.chat({ stream: true, tools, messages });
      const { calls } = new Accumulated(answer.chunks);
      expect(calls.map((call) => call.arguments)).toEqual(['{"city":"Paris"}', '{"city":"London"}']);
      expect(calls.map(({ type }) => type)).toEqual(['function', 'function']);
      expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
    }
  });

  it('a failed stream says so in the log', async () => {
    const answer = await faulty({ kind: 'cut', how: 'reset' });
    const line = await gateway.log.lineOf(answer.headers['x-request-id']);
    expect(line).toMatchObject({ status: 200, error: { fault: 'upstream' } });
  });

  describe('cut at random places', () => {
    it.each(['chat', 'text'] as const)(
      '%s: no cut ends as a success, and none hangs',
      async (kind) => {
        const send = (): Promise<Answer> =>
          kind === 'chat'
            ? gateway.chat({ stream: true, messages: MESSAGES })
            : gateway.text({ stream: true, prompt: 'Once upon a time' });
        const reference = await send();
        expect(reference.endsWithDone).toBe(true);
        const length = await streamLength(kind);
        let cuts = 0;
        for (let run = 0; run < 150; run++) {
          if (run % 4 === 3) {
            await gateway.close();
            await start();
          }
          const atByte = Math.floor((run / 150) * length) + (run % 7);
          gateway.sandbox.script({ kind: 'cut', atByte, how: (['end', 'close', 'reset'] as const)[run % 3] });
          const answer = await send();
          if (answer.status !== 200) {
            expect(answer.status).toBe(502);
            expect(answer.error.type).toBe('server_error');
            cuts++;
          } else if (!hasFinish(answer)) {
            expectBroken(answer);
            cuts++;
          } else {
            // The cut was behind the finish reason: the answer is whole.
            expect(answer.endsWithDone).toBe(true);
            expect(textOf(answer)).toBe(textOf(reference));
          }
        }
        expect(cuts).toBeGreaterThan(100);
        // Some forty gateways are started.
      },
      20_000,
    );
  });

  const hasFinish = (answer: Answer): boolean => /"finish_reason":"/.test(answer.text);
  const textOf = (answer: Answer): string =>
    answer
      .chunksAs<{ choices?: Array<{ text?: string; delta?: { content?: string } }> }>()
      .flatMap(({ choices }) => choices ?? [])
      .map(({ text, delta }) => text ?? delta?.content ?? '')
      .join('');

  /** How many bytes the sandbox sends for the request, asked without the gateway. */
  async function streamLength(kind: 'chat' | 'text'): Promise<number> {
    const path = kind === 'chat' ? '/v1/chat/completions' : '/v1/completions';
    const response = await fetch(`${gateway.sandbox.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${gateway.sandbox.apiKey}` },
      body: gateway.sentText,
    });
    const { length } = await response.text();
    gateway.sandbox.reset();
    return length;
  }
});
