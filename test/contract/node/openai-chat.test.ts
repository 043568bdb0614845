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

type Message = OpenAI.Chat.ChatCompletionMessageParam;
type Reasoned = { reasoning?: string; reasoning_content?: string };

const stack = useStack();
const hello: Message[] = [{ role: 'user', content: 'Hello' }];
const weatherTool: OpenAI.Chat.ChatCompletionTool = {
  type: 'function',
  function: { name: 'get_weather', description: 'The weather of a city', parameters: WEATHER_PARAMETERS, strict: true },
};
const askWeather: Message[] = [{ role: 'user', content: 'What is the weather in Paris?' }];

for (const { name, client, zod } of OPENAI_SDKS) {
  describe(`chat completions with ${name}`, () => {
    const openai = () => client(stack.v1, { maxRetries: 0 });

    it('gets a whole answer with every key that the contract requires', async () => {
      const completion = await openai().chat.completions.create({ model: REASONING_MODEL, messages: hello });
      assert.equal(completion.object, 'chat.completion');
      assert.match(completion.id, /^chatcmpl-/);
      assert.ok(Number.isInteger(completion.created) && completion.created > 0);
      assert.equal(completion.choices.length, 1);
      const [choice] = completion.choices;
      assert.equal(choice?.index, 0);
      assert.equal(choice?.finish_reason, 'stop');
      assert.equal(choice?.logprobs, null);
      assert.equal(choice?.message.role, 'assistant');
      assert.ok(choice?.message.content);
      assert.equal(choice?.message.refusal, null);
      const usage = completion.usage;
      assert.ok(usage && usage.prompt_tokens > 0 && usage.completion_tokens > 0);
      assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
    });

    it('exposes the request id that the answer carries', async () => {
      const { response, request_id } = await openai()
        .chat.completions.create({ model: PLAIN_MODEL, messages: hello })
        .withResponse();
      assert.ok(request_id);
      assert.equal(response.headers.get('x-request-id'), request_id);
      const other = await openai().chat.completions.create({ model: PLAIN_MODEL, messages: hello });
      assert.ok(other._request_id);
      assert.notEqual(other._request_id, request_id);
    });

    it('sees reasoning under both names, apart from the content', async () => {
      const completion = await openai().chat.completions.create({ model: REASONING_MODEL, messages: hello });
      const message = completion.choices[0]?.message as OpenAI.Chat.ChatCompletionMessage & Reasoned;
      assert.ok(message.reasoning);
      assert.equal(message.reasoning_content, message.reasoning);
      assert.notEqual(message.content, message.reasoning);
    });

    it('sees no reasoning of a model that does not reason', async () => {
      const completion = await openai().chat.completions.create({ model: PLAIN_MODEL, messages: hello });
      const message = completion.choices[0]?.message as OpenAI.Chat.ChatCompletionMessage & Reasoned;
      assert.ok(message.content);
      assert.equal(message.reasoning, undefined);
      assert.equal(message.reasoning_content, undefined);
    });

    it('streams chunks in the order of OpenAI, usage on the last one when it was not asked for', async () => {
      const chunks = await Array.fromAsync(
        await openai().chat.completions.create({ model: PLAIN_MODEL, messages: hello, stream: true }),
      );
      assertOneStream(chunks);
      assert.ok(
        chunks.every((chunk) => chunk.choices.length === 1),
        'no chunk without a choice',
      );
      assert.ok(
        chunks.every((chunk) => chunk.usage !== null),
        'no usage:null',
      );
      assert.equal(
        chunks.findIndex((chunk) => chunk.usage),
        chunks.length - 1,
      );
    });

    it('streams exactly one usage chunk when it asks for it, and usage:null before', async () => {
      const body = {
        model: PLAIN_MODEL,
        messages: hello,
        stream: true,
        stream_options: { include_usage: true },
      } as const;
      const chunks = await Array.fromAsync(await openai().chat.completions.create(body));
      const last = chunks.at(-1);
      assertOneStream(chunks.slice(0, -1));
      assert.deepEqual(last?.choices, []);
      assert.ok(last?.usage);
      assert.equal(last.usage.total_tokens, last.usage.prompt_tokens + last.usage.completion_tokens);
      assert.ok(chunks.slice(0, -1).every((chunk) => chunk.usage === null));
    });

    it('accumulates a stream into the answer that the same request gets without streaming', async () => {
      const whole = await openai().chat.completions.create({ model: PLAIN_MODEL, messages: hello });
      const stream = openai().chat.completions.stream({
        model: PLAIN_MODEL,
        messages: hello,
        stream_options: { include_usage: true },
      });
      const deltas: string[] = [];
      stream.on('content', (delta) => deltas.push(delta));
      const streamed = await stream.finalChatCompletion();
      assert.equal(streamed.choices[0]?.message.content, whole.choices[0]?.message.content);
      assert.equal(deltas.join(''), whole.choices[0]?.message.content);
      assert.ok(deltas.length > 1, 'the text comes in pieces');
      assert.equal(streamed.choices[0]?.finish_reason, whole.choices[0]?.finish_reason);
      assert.deepEqual(await stream.totalUsage(), streamed.usage);
      assert.equal(streamed.usage?.prompt_tokens, whole.usage?.prompt_tokens);
    });

    it('streams reasoning before content', async () => {
      const chunks = await Array.fromAsync(
        await openai().chat.completions.create({ model: REASONING_MODEL, messages: hello, stream: true }),
      );
      const deltas = chunks.map(
        (chunk) => (chunk.choices[0]?.delta ?? {}) as OpenAI.Chat.ChatCompletionChunk.Choice.Delta & Reasoned,
      );
      const lastReasoning = deltas.findLastIndex((delta) => delta.reasoning);
      const firstContent = deltas.findIndex((delta) => delta.content);
      assert.ok(lastReasoning >= 0 && lastReasoning < firstContent);
      assert.ok(deltas.every((delta) => delta.reasoning === delta.reasoning_content));
    });

    it('parses a structured answer', async () => {
      const completion = await openai().chat.completions.parse({
        model: PLAIN_MODEL,
        messages: [{ role: 'user', content: 'Who is Ada?' }],
        response_format: zod.zodResponseFormat(Person, 'person'),
      });
      assert.deepEqual(Object.keys(completion.choices[0]?.message.parsed ?? {}), ['name', 'age']);
      const [request] = await stack.sandbox.requests('/v1/chat/completions');
      assert.equal(request?.body['response_format']['json_schema']['strict'], true);
    });

    it('parses a structured answer that is streamed', async () => {
      const stream = openai().chat.completions.stream({
        model: PLAIN_MODEL,
        messages: [{ role: 'user', content: 'Who is Ada?' }],
        response_format: zod.zodResponseFormat(Person, 'person'),
      });
      const completion = await stream.finalChatCompletion();
      Person.parse(completion.choices[0]?.message.parsed);
    });

    it('gets a tool call and an answer to its result', async () => {
      const called = await openai().chat.completions.create({
        model: REASONING_MODEL,
        messages: askWeather,
        tools: [weatherTool],
      });
      assert.equal(called.choices[0]?.finish_reason, 'tool_calls');
      const message = called.choices[0]?.message;
      assert.ok(message?.tool_calls?.length);
      const [call] = message.tool_calls;
      assert.ok(call?.type === 'function' && call.id);
      assert.equal(call.function.name, 'get_weather');
      JSON.parse(call.function.arguments);

      // The whole assistant message goes back as the SDK gave it: refusal, reasoning_content and all.
      const results: Message[] = message.tool_calls.map(({ id }) => ({
        role: 'tool',
        tool_call_id: id,
        content: '18 degrees, sunny',
      }));
      const answered = await openai().chat.completions.create({
        model: REASONING_MODEL,
        messages: [...askWeather, message, ...results],
        tools: [weatherTool],
      });
      assert.equal(answered.choices[0]?.finish_reason, 'stop');
      assert.ok(answered.choices[0]?.message.content);
    });

    it('runs the tool loop of the SDK', async () => {
      const { runner, seen } = weatherRunner(openai(), false);
      assert.ok(await runner.finalContent());
      assert.ok(seen.length >= 1);
    });

    it('runs the tool loop of the SDK over streams', async () => {
      const { runner, seen } = weatherRunner(openai(), true);
      assert.ok(await runner.finalContent());
      assert.ok(seen.length >= 1);
    });

    it('streams parallel calls with ids of their own, and answers each', async () => {
      const stream = openai().chat.completions.stream({
        model: PLAIN_MODEL,
        messages: [{ role: 'user', content: 'What is the weather in Paris and in Rome?' }],
        tools: [weatherTool],
        parallel_tool_calls: true,
      });
      const message = (await stream.finalChatCompletion()).choices[0]?.message;
      const calls = message?.tool_calls ?? [];
      assert.equal(calls.length, 2);
      assert.equal(new Set(calls.map((call) => call.id)).size, calls.length);
      const cities = calls.map((call) =>
        call.type === 'function' ? JSON.parse(call.function.arguments).city : undefined,
      );
      assert.deepEqual(cities, ['Paris', 'Rome']);
      const results: Message[] = calls.map(({ id }) => ({
        role: 'tool',
        tool_call_id: id,
        content: '18 degrees, sunny',
      }));
      const messages: Message[] = [...askWeather, ...(message ? [message] : []), ...results];
      const answered = await openai().chat.completions.create({ model: PLAIN_MODEL, messages, tools: [weatherTool] });
      assert.ok(answered.choices[0]?.message.content);
    });

    it('sends an image to a model that sees', async () => {
      const completion = await openai().chat.completions.create({ model: VISION_MODEL, messages: imageMessages() });
      assert.ok(completion.choices[0]?.message.content);
      const [request] = await stack.sandbox.requests('/v1/chat/completions');
      assert.equal(request?.body['messages'][0]['content'][1]['image_url']['url'], RED_PIXEL);
    });

    it('has parameters filtered that Cerebras refuses, and is told which', async () => {
      const { data, response } = await openai()
        .chat.completions.create({
          model: PLAIN_MODEL,
          messages: hello,
          store: true,
          metadata: { team: 'a' },
          verbosity: 'low',
        })
        .withResponse();
      assert.ok(data.choices[0]?.message.content);
      const filtered = (response.headers.get('x-asbru-filtered-params') ?? '').split(',').map((param) => param.trim());
      assert.deepEqual(filtered.toSorted(), ['metadata', 'store', 'verbosity']);
      const [request] = await stack.sandbox.requests('/v1/chat/completions');
      for (const param of filtered) assert.ok(!(param in (request?.body ?? {})), param);
    });

    it('keeps its own key from the upstream', async () => {
      await openai().chat.completions.create({ model: PLAIN_MODEL, messages: hello });
      const [request] = await stack.sandbox.requests('/v1/chat/completions');
      assert.equal(request?.headers['authorization'], 'Bearer csk-sandbox');
      assert.equal(request?.body['model'], 'llama-3.3-70b');
    });
  });
}

/** What holds for the choice chunks of every stream. */
function assertOneStream(chunks: OpenAI.Chat.ChatCompletionChunk[]): void {
  const choices = chunks.map((chunk) => chunk.choices[0]);
  assert.equal(choices[0]?.delta.role, 'assistant');
  assert.ok(choices.slice(1).every((choice) => !choice?.delta.role || choice.delta.role === 'assistant'));
  assert.ok(choices.map((choice) => choice?.delta.content ?? '').join(''));
  const finishes = choices.map((choice) => choice?.finish_reason);
  assert.deepEqual(
    finishes.filter((finish) => finish !== null),
    ['stop'],
  );
  assert.equal(finishes.at(-1), 'stop');
  for (const key of ['id', 'created', 'model'] as const) {
    assert.equal(new Set(chunks.map((chunk) => chunk[key])).size, 1, key);
  }
  assert.ok(chunks.every((chunk) => chunk.object === 'chat.completion.chunk'));
}

function weatherRunner(openai: OpenAI, stream: boolean) {
  const seen: string[] = [];
  const tool = {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'The weather of a city',
      parameters: WEATHER_PARAMETERS,
      strict: true,
      parse: JSON.parse,
      function: ({ city }: { city: string }) => {
        seen.push(city);
        return '18 degrees, sunny';
      },
    },
  } as const;
  const body = { model: PLAIN_MODEL, messages: askWeather, tools: [tool] };
  const runner = stream
    ? openai.chat.completions.runTools({ ...body, stream: true })
    : openai.chat.completions.runTools(body);
  return { runner, seen };
}

function imageMessages(): Message[] {
  return [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url: RED_PIXEL } },
      ],
    },
  ];
}
