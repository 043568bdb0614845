import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type OpenAI from 'openai';
import {
  Person,
  PLAIN_MODEL,
  REASONING_MODEL,
  RED_PIXEL,
  VISION_MODEL,
  WEATHER_PARAMETERS,
} from '../support/fixtures.ts';
import { OPENAI_SDKS } from '../support/openai-clients.ts';
import { useStack } from '../support/stack.ts';

type Response = OpenAI.Responses.Response;
type InputItem = OpenAI.Responses.ResponseInputItem;
type StreamEvent = OpenAI.Responses.ResponseStreamEvent;

const stack = useStack();
const weatherTool: OpenAI.Responses.FunctionTool = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: WEATHER_PARAMETERS,
  strict: true,
};

for (const { name, client, sdk, zod } of OPENAI_SDKS) {
  describe(`responses with ${name}`, () => {
    const openai = () => client(stack.v1, { maxRetries: 0 });

    it('gets a whole response', async () => {
      const response = await openai().responses.create({
        model: PLAIN_MODEL,
        instructions: 'Be brief.',
        input: 'Hello',
      });
      assert.match(response.id, /^resp_/);
      assert.equal(response.object, 'response');
      assert.equal(response.status, 'completed');
      assert.equal(response.instructions, 'Be brief.');
      assert.equal(response.error, null);
      assert.ok(response.output_text);
      assert.deepEqual(
        response.output.map((item) => item.type),
        ['message'],
      );
      assertUsage(response);
      assert.ok(response._request_id);

      const [request] = await stack.sandbox.requests('/v1/chat/completions');
      assert.deepEqual(
        request?.body['messages'].map(({ role, content }: { role: string; content: string }) => [role, content]),
        [
          ['system', 'Be brief.'],
          ['user', 'Hello'],
        ],
      );
    });

    it('gets reasoning as a summary before the message', async () => {
      const response = await openai().responses.create({
        model: REASONING_MODEL,
        input: 'Hello',
        reasoning: { effort: 'low', summary: 'auto' },
      });
      assert.deepEqual(
        response.output.map((item) => item.type),
        ['reasoning', 'message'],
      );
      const [reasoning] = response.output;
      assert.ok(reasoning?.type === 'reasoning' && reasoning.summary[0]?.text);
      const [request] = await stack.sandbox.requests('/v1/chat/completions');
      assert.equal(request?.body['reasoning_effort'], 'low');
      assert.ok(!('reasoning' in (request?.body ?? {})));
    });

    it('streams events without gaps, from created to completed', async () => {
      const events = await Array.fromAsync(
        await openai().responses.create({ model: REASONING_MODEL, input: 'Hello', stream: true }),
      );
      assert.deepEqual(
        events.map((event) => event.sequence_number),
        events.map((_, index) => index),
      );
      assert.deepEqual(
        events.slice(0, 2).map((event) => event.type),
        ['response.created', 'response.in_progress'],
      );
      assert.equal(events.at(-1)?.type, 'response.completed');
      assert.equal(events.filter((event) => event.type === 'response.completed').length, 1);
      assertItemsOpenedAndClosed(events);
    });

    it('accumulates a stream into the response that the same request gets without streaming', async () => {
      const whole = await openai().responses.create({ model: REASONING_MODEL, input: 'Hello' });
      const stream = openai().responses.stream({ model: REASONING_MODEL, input: 'Hello' });
      const deltas: string[] = [];
      stream.on('response.output_text.delta', (event) => deltas.push(event.delta));
      const streamed = await stream.finalResponse();
      assert.equal(streamed.status, 'completed');
      assert.equal(streamed.output_text, whole.output_text);
      assert.equal(deltas.join(''), whole.output_text);
      assert.ok(deltas.length > 1, 'the text comes in pieces');
      assert.deepEqual(
        streamed.output.map((item) => item.type),
        whole.output.map((item) => item.type),
      );
      assertUsage(streamed);
    });

    it('parses a structured response', async () => {
      const response = await openai().responses.parse({
        model: PLAIN_MODEL,
        input: 'Who is Ada?',
        text: { format: zod.zodTextFormat(Person, 'person') },
      });
      Person.parse(response.output_parsed);
      const [request] = await stack.sandbox.requests('/v1/chat/completions');
      assert.equal(request?.body['response_format']['type'], 'json_schema');
      assert.equal(request?.body['response_format']['json_schema']['name'], 'person');
      assert.equal(request?.body['response_format']['json_schema']['strict'], true);
    });

    it('parses a structured response that is streamed', async () => {
      const stream = openai().responses.stream({
        model: PLAIN_MODEL,
        input: 'Who is Ada?',
        text: { format: zod.zodTextFormat(Person, 'person') },
      });
      Person.parse((await stream.finalResponse()).output_parsed);
    });

    it('gets function calls and an answer to their results, replaying all output items', async () => {
      const question: InputItem = { role: 'user', content: 'What is the weather in Paris and in Rome?' };
      const called = await openai().responses.create({
        model: REASONING_MODEL,
        input: [question],
        tools: [weatherTool],
      });
      const calls = functionCalls(called);
      assert.deepEqual(
        calls.map((call) => JSON.parse(call.arguments)),
        [{ city: 'Paris' }, { city: 'Rome' }],
      );

      const answered = await openai().responses.create({
        model: REASONING_MODEL,
        input: [question, ...(called.output as InputItem[]), ...calls.map((call) => outputOf(call))],
        tools: [weatherTool],
      });
      assert.equal(answered.status, 'completed');
      assert.ok(answered.output_text);
      const messages = (await stack.sandbox.requests('/v1/chat/completions')).at(-1)?.body['messages'];
      const roles = messages.map(({ role }: { role: string }) => role);
      assert.deepEqual(roles, ['user', 'assistant', ...calls.map(() => 'tool')]);
      assert.deepEqual(
        messages[1].tool_calls.map((call: { id: string }) => call.id),
        calls.map((call) => call.call_id),
      );
    });

    it('streams function calls', async () => {
      const stream = openai().responses.stream({
        model: PLAIN_MODEL,
        input: 'What is the weather in Paris?',
        tools: [weatherTool],
      });
      const deltas: string[] = [];
      stream.on('response.function_call_arguments.delta', (event) => deltas.push(event.delta));
      const [call] = functionCalls(await stream.finalResponse());
      assert.equal(call?.name, 'get_weather');
      assert.equal(call?.status, 'completed');
      assert.ok(call.arguments && deltas.join('').startsWith(call.arguments));
    });

    it('forces the function that is named', async () => {
      const response = await openai().responses.create({
        model: PLAIN_MODEL,
        input: 'Hello',
        tools: [weatherTool],
        tool_choice: { type: 'function', name: 'get_weather' },
      });
      assert.equal(functionCalls(response)[0]?.name, 'get_weather');
      assert.deepEqual(response.tool_choice, { type: 'function', name: 'get_weather' });
      const [request] = await stack.sandbox.requests('/v1/chat/completions');
      assert.deepEqual(request?.body['tool_choice'], { type: 'function', function: { name: 'get_weather' } });
    });

    it('sends an image to a model that sees', async () => {
      const response = await openai().responses.create({
        model: VISION_MODEL,
        input: [
          {
            role: 'user',
            content: [
              { type: 'input_text', text: 'What is this?' },
              { type: 'input_image', image_url: RED_PIXEL, detail: 'auto' },
            ],
          },
        ],
      });
      assert.equal(response.status, 'completed');
      assert.ok(response.output_text);
      const [request] = await stack.sandbox.requests('/v1/chat/completions');
      assert.equal(request?.body['messages'][0]['content'][1]['image_url']['url'], RED_PIXEL);
    });

    it('is told when the answer was cut', async () => {
      const response = await openai().responses.create({
        model: PLAIN_MODEL,
        input: 'Tell me a very long story, please.',
        max_output_tokens: 16,
      });
      assert.equal(response.status, 'incomplete');
      assert.equal(response.incomplete_details?.reason, 'max_output_tokens');
      assert.ok(response.usage && response.usage.output_tokens <= 16);
    });

    it('is told that max_output_tokens starts at 16', async () => {
      const refused = openai().responses.create({ model: PLAIN_MODEL, input: 'Hello', max_output_tokens: 8 });
      await assert.rejects(refused, isBadRequest('max_output_tokens'));
      assert.equal((await stack.sandbox.requests('/v1/chat/completions')).length, 0);
    });

    it('is told what is not stored here', async () => {
      const hello = { model: PLAIN_MODEL, input: 'Hello' };
      await assert.rejects(
        openai().responses.create({ ...hello, conversation: 'conv_1' }),
        isBadRequest('conversation'),
      );
      await assert.rejects(
        openai().responses.create({ ...hello, previous_response_id: 'resp_unknown' }),
        isBadRequest('previous_response_id'),
      );
      await assert.rejects(openai().responses.retrieve('resp_unknown'), (error) => error instanceof sdk.NotFoundError);
    });

    it('goes on from a stored response, and lists, streams and deletes it', async () => {
      const api = openai();
      const first = await api.responses.create({ model: PLAIN_MODEL, input: 'Say: hello' });
      const next = { model: PLAIN_MODEL, input: 'Say: bye', previous_response_id: first.id };
      const second = await api.responses.stream(next).finalResponse();
      assert.equal(second.status, 'completed');
      assert.deepEqual({ ...(await api.responses.retrieve(second.id)) }.output_text, second.output_text);
      const items = [];
      for await (const item of api.responses.inputItems.list(second.id, { order: 'asc', limit: 2 })) items.push(item);
      assert.deepEqual(
        items.filter(({ type }) => type === 'message').map((item) => 'role' in item && item.role),
        ['user', 'assistant', 'user'],
      );
      const types = [];
      for await (const event of await api.responses.retrieve(second.id, { stream: true, starting_after: 1 })) {
        types.push(event.type);
      }
      assert.equal(types.at(-1), 'response.completed');
      assert.ok(!types.includes('response.created'));
      await api.responses.delete(second.id);
      await assert.rejects(api.responses.retrieve(second.id), (error) => error instanceof sdk.NotFoundError);
    });

    it('runs a response in the background, polled, streamed and cancelled', async () => {
      const api = openai();
      const queued = await api.responses.create({ model: PLAIN_MODEL, input: 'Say: hello', background: true });
      assert.equal(queued.status, 'queued');
      const over = async (id: string) => {
        for (;;) {
          const response = await api.responses.retrieve(id);
          if (response.status !== 'queued' && response.status !== 'in_progress') return response;
        }
      };
      const done = await over(queued.id);
      assert.equal(done.status, 'completed');
      assert.ok(done.output_text.includes('hello'));
      const streamed = await api.responses
        .stream({ model: PLAIN_MODEL, input: 'Say: hello', background: true })
        .finalResponse();
      assert.equal(streamed.status, 'completed');
      assert.equal(streamed.output_text, done.output_text);
      await stack.sandbox.fault({ kind: 'never' });
      const waiting = await api.responses.create({ model: PLAIN_MODEL, input: 'Say: hello', background: true });
      assert.equal((await api.responses.cancel(waiting.id)).status, 'cancelled');
      assert.equal((await over(waiting.id)).status, 'cancelled');
    });

    it('is told which tool is not supported', async () => {
      const refused = openai().responses.create({
        model: PLAIN_MODEL,
        input: 'Hello',
        tools: [{ type: 'web_search' }],
      });
      await assert.rejects(refused, isBadRequest('tools[0].type'));
    });

    it('is told which call has no output', async () => {
      const refused = openai().responses.create({
        model: PLAIN_MODEL,
        input: [
          { role: 'user', content: 'What is the weather in Paris?' },
          { type: 'function_call', call_id: 'call_left_open', name: 'get_weather', arguments: '{"city":"Paris"}' },
        ],
        tools: [weatherTool],
      });
      await assert.rejects(refused, (error) => {
        assert.ok(error instanceof sdk.BadRequestError);
        assert.match(error.message, /call_left_open/);
        return true;
      });
    });

    function isBadRequest(param: string): (error: unknown) => boolean {
      return (error) => {
        assert.ok(error instanceof sdk.BadRequestError, String(error));
        assert.equal(error.param, param);
        assert.ok(error.code);
        return true;
      };
    }
  });
}

function functionCalls(response: Response): OpenAI.Responses.ResponseFunctionToolCall[] {
  return response.output.filter((item) => item.type === 'function_call');
}

function outputOf(call: OpenAI.Responses.ResponseFunctionToolCall): InputItem {
  return { type: 'function_call_output', call_id: call.call_id, output: '18 degrees, sunny' };
}

function assertUsage({ usage }: Response): void {
  assert.ok(usage && usage.input_tokens > 0 && usage.output_tokens > 0);
  assert.equal(usage.total_tokens, usage.input_tokens + usage.output_tokens);
}

/** Each output item is added once and done once, and its text deltas add up to its text. */
function assertItemsOpenedAndClosed(events: StreamEvent[]): void {
  const added = events
    .filter((event) => event.type === 'response.output_item.added')
    .map((event) => event.output_index);
  const done = events.filter((event) => event.type === 'response.output_item.done').map((event) => event.output_index);
  assert.deepEqual(
    added,
    added.map((_, index) => index),
  );
  assert.deepEqual(new Set(done), new Set(added));
  assert.equal(done.length, added.length);
  const deltas = events.filter((event) => event.type === 'response.output_text.delta').map((event) => event.delta);
  const whole = events.find((event) => event.type === 'response.output_text.done');
  assert.ok(whole?.text);
  assert.equal(deltas.join(''), whole.text);
}
