import { PROVIDER_TYPES } from '../../src/config/file/provider-types.js';
import { Accumulated, type Answer } from '../support/answer.js';
import { Fleet } from '../support/fleet.js';
import { CLOUDS } from '../support/recordings/clouds.js';
import { LOCALS } from '../support/recordings/locals.js';
import type { Outcome, Recording } from '../support/recordings/recording.js';
import { VENDORS } from '../support/recordings/vendors.js';
import { type Reply, RecordingUpstream } from '../support/recording-upstream.js';
import { SSE } from '../support/raw-upstream.js';

const RECORDINGS = [...CLOUDS, ...VENDORS, ...LOCALS];
/** Providers with tests of their own. */
const ELSEWHERE = new Set(['cerebras', 'anthropic', 'gemini', 'azure-openai', 'openai-compatible']);
const KEY = 'key-1';

function streamOf({ stream }: Recording): Reply {
  const frames = stream.map((event) => {
    if (typeof event !== 'string') return `data: ${JSON.stringify(event)}\n\n`;
    return event.startsWith(':') ? event : `data: ${event}\n\n`;
  });
  return { headers: SSE, body: frames.join('') };
}

function expectOutcome(answer: Answer, outcome: Outcome): void {
  const { message, finish_reason: finish } = answer.choice;
  expect({ content: message.content, reasoning: message.reasoning, finish }).toEqual({
    content: outcome.content,
    reasoning: outcome.reasoning,
    finish: outcome.finish,
  });
  expect(message.reasoning_content).toBe(outcome.reasoning);
  expect(message.tool_calls?.map((call) => call.function)).toEqual(outcome.tools);
  expect(answer.completion.usage).toMatchObject(outcome.usage ?? {});
}

describe('providers that are profiles', () => {
  let upstream: RecordingUpstream;
  let fleet: Fleet;

  beforeAll(async () => {
    upstream = await RecordingUpstream.start();
    const providers = RECORDINGS.map(({ type, base, auth }) => [
      type,
      {
        baseUrl: `${upstream.origin}${base}`,
        settings: {
          type,
          retries: { max: 0 },
          keys: auth ? [{ name: 'main', value: KEY }] : undefined,
          // What a failure does to the standing of a key must not reach the next test.
          breaker: { consecutive_failures: 1000, failure_ratio: 1, minimum_requests: 100_000 },
          retired_key_probe_ms: 1_000,
        },
      },
    ]);
    fleet = await Fleet.start({ providers: Object.fromEntries(providers) as Record<string, object> });
  });
  afterAll(async () => {
    await fleet.close();
    await upstream.close();
  });

  it('have a recording each', () => {
    const types = Object.keys(PROVIDER_TYPES).filter((type) => !ELSEWHERE.has(type));
    expect(RECORDINGS.map(({ type }) => type).toSorted()).toEqual(types.toSorted());
  });

  describe.each(RECORDINGS.map((recording) => [recording.type, recording] as const))('%s', (type, recording) => {
    const model = `${type}/${recording.model}`;
    const { expected } = recording;

    it('is asked where it is, with its key, by its own name of the model, and answers whole', async () => {
      upstream.answer = () => ({ body: recording.whole });
      const answer = await fleet.gateway.chat({ model });
      expect(answer.status).toBe(200);
      expectOutcome(answer, expected.whole);
      expect(answer.completion.model).toBe(recording.whole.model);
      const { path, headers, json } = upstream.last;
      expect(path).toBe(recording.path);
      expect(json).toMatchObject({ model: recording.model });
      if (recording.auth) expect(headers[recording.auth[0]]).toBe(recording.auth[1]);
      else expect(headers).not.toHaveProperty('authorization');
      expect(answer.text + JSON.stringify(answer.headers)).not.toContain(KEY);
    });

    it('streams', async () => {
      upstream.answer = () => streamOf(recording);
      const answer = await fleet.gateway.chat({ model, stream: true, stream_options: { include_usage: true } });
      expect(answer.status).toBe(200);
      expect(answer.endsWithDone).toBe(true);
      const { content, reasoning, finish, finishes, calls } = new Accumulated(answer.chunks);
      const outcome = expected.stream;
      expect({ content, reasoning, finish, finishes }).toEqual({
        content: outcome.content ?? '',
        reasoning: outcome.reasoning ?? '',
        finish: outcome.finish,
        finishes: 1,
      });
      expect(calls.map((call) => ({ name: call.name, arguments: call.arguments }))).toEqual(outcome.tools ?? []);
      const counted = answer.chunks.filter((chunk) => chunk.usage);
      expect(counted).toHaveLength(1);
      expect(counted[0]?.usage).toMatchObject(outcome.usage ?? {});
    });

    it('refuses in OpenAI’s words, and shows nothing of the key', async () => {
      const { status, headers, body } = recording.refusal;
      upstream.answer = () => ({ status, ...(headers && { headers }), body });
      const answer = await fleet.gateway.chat({ model });
      const { status: shown, ...error } = expected.error;
      expect(answer.status).toBe(shown);
      expect(answer.error).toMatchObject(error);
      expect(answer.headers).toMatchObject(expected.headers ?? {});
      // xAI quotes a part of it.
      expect(answer.text).not.toContain('ke***');
    });
  });
});

describe('parameters that vendors take otherwise', () => {
  let upstream: RecordingUpstream;
  let fleet: Fleet;
  const asking = RECORDINGS.flatMap((recording) =>
    recording.request ? [[recording.type, recording, recording.request] as const] : [],
  );

  beforeAll(async () => {
    upstream = await RecordingUpstream.start();
    const providers = asking.map(([type, { base }]) => [
      type,
      { baseUrl: `${upstream.origin}${base}`, settings: { type } },
    ]);
    fleet = await Fleet.start({ providers: Object.fromEntries(providers) as Record<string, object> });
  });
  afterAll(async () => {
    await fleet.close();
    await upstream.close();
  });

  it.each(asking)('%s: are sent in its words, and what is left out is named', async (type, recording, request) => {
    upstream.answer = () => (request.asked.stream === true ? streamOf(recording) : { body: recording.whole });
    const answer = await fleet.gateway.chat({ model: `${type}/${recording.model}`, ...request.asked });
    expect(answer.status).toBe(200);
    expect(upstream.last.json).toMatchObject(request.sent);
    for (const name of request.unsent ?? []) expect(upstream.last.json).not.toHaveProperty([name]);
    expect(answer.filtered.toSorted()).toEqual([...request.filtered].toSorted());
  });

  it.each(asking.filter(([, , { filtered }]) => filtered.length > 0))(
    '%s: refuses them when the caller is strict',
    async (type, recording, request) => {
      const before = upstream.asked.length;
      const model = `${type}/${recording.model}`;
      const answer = await fleet.gateway.chat({ model, ...request.asked }, { 'x-asbru-strict': 'true' });
      expect(answer.status).toBe(400);
      expect(answer.error.code).toBe('unsupported_parameter');
      expect(request.filtered).toContain(answer.error.param);
      expect(upstream.asked).toHaveLength(before);
    },
  );
});
