import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { API_KEY, VISION_MODEL } from '../support/fixtures.ts';
import { readAsAcceptanceSuite } from '../support/open-responses.reader.ts';
import { ResponseResource, StreamingEvent } from '../support/open-responses.schema.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack();
const user = (content: unknown) => ({ type: 'message', role: 'user', content });
const weather = {
  type: 'function',
  name: 'get_weather',
  description: 'Get the current weather for a location',
  parameters: {
    type: 'object',
    properties: { location: { type: 'string', description: 'The city and state, e.g. San Francisco, CA' } },
    required: ['location'],
  },
};
const askWeather = { input: [user("What's the weather like in San Francisco?")], tools: [weather] };

/** 32 x 32 pixels, as the suite sends it. */
const IMAGE =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAJ0lEQVR42u3NsQkAAAjAsP7/tF7hIASyp6lTCQQCgUAgEAgEgi/BAjLD/C5w/SM9AAAAAElFTkSuQmCC';

/** The seven cases of the acceptance suite of Open Responses, which run side by side and with one model, so it must be one that sees. */
describe('Open Responses acceptance', { concurrency: true }, () => {
  it('basic-response', async () => {
    const response = await created({ input: [user('Say hello in exactly 3 words.')] });
    assert.ok(response.output.length > 0);
    assert.equal(response.status, 'completed');
  });

  it('streaming-response', async () => {
    const { events, final } = await streamed({ input: [user('Count from 1 to 5.')] });
    assert.ok(events.length > 0);
    assert.equal(final.status, 'completed');
  });

  it('system-prompt', async () => {
    const response = await created({
      input: [
        { type: 'message', role: 'system', content: 'You are a pirate. Always respond in pirate speak.' },
        user('Say hello.'),
      ],
    });
    assert.ok(response.output.length > 0);
    assert.equal(response.status, 'completed');
  });

  it('tool-calling', async () => {
    const response = await created(askWeather);
    assert.ok(response.output.some((item) => item.type === 'function_call'));
  });

  it('tool-calling-streaming', async () => {
    const { events, final } = await streamed(askWeather);
    const seen = (wanted: string): boolean =>
      events.some((event) => `${event.type}${'item' in event ? `(${event.item.type})` : ''}` === wanted);
    assert.ok(seen('response.output_item.added(function_call)'));
    assert.ok(seen('response.function_call_arguments.delta'));
    assert.ok(seen('response.function_call_arguments.done'));
    assert.ok(seen('response.output_item.done(function_call)'));
    assert.ok(final.output.some((item) => item.type === 'function_call'));
  });

  it('image-input', async () => {
    const content = [
      { type: 'input_text', text: 'What do you see in this image? Answer in one sentence.' },
      { type: 'input_image', image_url: IMAGE },
    ];
    const response = await created({ input: [user(content)] });
    assert.ok(response.output.length > 0);
    assert.equal(response.status, 'completed');
  });

  it('multi-turn', async () => {
    const response = await created({
      input: [
        user('My name is Alice.'),
        { type: 'message', role: 'assistant', content: 'Hello Alice! Nice to meet you. How can I help you today?' },
        user('What is my name?'),
      ],
    });
    assert.ok(response.output.length > 0);
    assert.equal(response.status, 'completed');
  });
});

async function post(body: object): Promise<Response> {
  const response = await fetch(`${stack.v1}/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${API_KEY}` },
    body: JSON.stringify({ model: VISION_MODEL, ...body }),
  });
  assert.equal(response.status, 200, response.ok ? '' : await response.text());
  return response;
}

async function created(body: object): Promise<ResponseResource> {
  const response = await post({ ...body, stream: false });
  return ResponseResource.parse(await response.json());
}

async function streamed(body: object): Promise<{ events: StreamingEvent[]; final: ResponseResource }> {
  const response = await post({ ...body, stream: true });
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  assert.ok(response.body);
  const events = (await readAsAcceptanceSuite(response.body)).map((event) => StreamingEvent.parse(event));
  const last = events.findLast((event) => /^response\.(completed|failed|incomplete)$/.test(event.type));
  assert.ok(last && 'response' in last, 'the stream has a final response');
  return { events, final: last.response };
}
