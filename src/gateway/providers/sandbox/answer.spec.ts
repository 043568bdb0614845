import { chatFrames, chatJson } from './answer-chat.js';
import { completionFrames, completionJson, planCompletion } from './answer-completion.js';
import { answerHead, planChat } from './answer-plan.js';
import { countTokens, PromptCache } from './answer-usage.js';
import { validateChat, validateCompletion } from './request-validation.js';

interface Call {
  id: string;
  type: string;
  index?: number;
  function: { name?: string; arguments: string };
}
interface Message {
  content?: string;
  reasoning?: string;
  tool_calls?: Call[];
  role?: string;
}
interface Choice {
  index: number;
  finish_reason?: string;
  message: Message;
  delta: Message;
  text?: string;
  tokens?: number[];
  logprobs?: Record<string, unknown>;
  reasoning_logprobs?: Record<string, unknown>;
}
interface Document {
  choices: Choice[];
  object: string;
  usage?: Record<string, unknown>;
  time_info?: object;
}

const cache = new PromptCache();
const parse = (text: string) => JSON.parse(text) as Document;

function answerChat(body: object) {
  const valid = validateChat({ model: 'llama-3.3-70b', ...body });
  const choices = planChat(valid);
  return { head: answerHead(valid.model), body: valid.body, choices, counts: countTokens(valid, choices, cache) };
}
const chat = (body: object): Document => parse(chatJson(answerChat(body)));
const frames = (body: object): Document[] => chatFrames(answerChat(body)).map(parse);

function answerText(body: object) {
  const valid = validateCompletion({ model: 'llama-3.3-70b', ...body });
  const choices = planCompletion(valid);
  return { head: answerHead(valid.model), body: valid.body, choices, counts: countTokens(valid, choices, cache) };
}
const complete = (body: object): Document => parse(completionJson(answerText(body)));

const user = (content: string) => ({ role: 'user', content });
const ask = (content: string, more: object = {}): Choice => {
  const [choice] = chat({ messages: [user(content)], ...more }).choices;
  if (!choice) throw new Error('no choice');
  return choice;
};

describe('words', () => {
  it.each([
    ['Hello', 'Hello! How can I help you today?'],
    ['What is the capital of France?', 'The capital of France is Paris.'],
    ['What is 12 * 12?', 'The result is 144.'],
    ['Say this is a test', 'this is a test'],
    ['Reply with exactly "OK"', 'OK'],
    ['ping', 'pong'],
    ['Count to 5', '1, 2, 3, 4, 5'],
  ])('answers %j with %j', (question, answer) => {
    expect(ask(question).message).toEqual({ content: answer, role: 'assistant' });
  });

  it('takes up the topic of the last user message', () => {
    expect(ask('Explain the rings of Saturn').message.content).toContain('the rings of Saturn');
  });

  it('is 40 to 120 tokens long when nobody limits it', () => {
    for (const question of ['Explain tides', 'Tell me about fish', 'Why?', 'Write a poem about the sea and the sky']) {
      const { usage } = chat({ messages: [user(question)] });
      expect(usage?.['completion_tokens']).toBeGreaterThanOrEqual(40);
      expect(usage?.['completion_tokens']).toBeLessThanOrEqual(120);
    }
  });

  it('depends on the prompt, the seed and the choice, and on nothing else', () => {
    const question = { messages: [user('Explain tides')] };
    const said = (more: object) => chat({ ...question, ...more }).choices.map(({ message }) => message.content);
    expect(said({ seed: 1 })).toEqual(said({ seed: 1 }));
    const seeds = new Set(Array.from({ length: 8 }, (_, seed) => said({ seed })[0]));
    expect(seeds.size).toBeGreaterThan(1);
    const several = said({ n: 8, seed: 3 });
    expect(several).toHaveLength(8);
    expect(new Set(several).size).toBeGreaterThan(1);
    expect(several[0]).toBe(said({ seed: 3 })[0]);
  });

  it('ends before a stop sequence', () => {
    expect(ask('Count to 5', { stop: ', 4' })).toMatchObject({
      message: { content: '1, 2, 3' },
      finish_reason: 'stop',
    });
    expect(ask('Count to 5', { stop: ['5', '3', 'x'] }).message.content).toBe('1, 2, ');
    expect(ask('Count to 5', { stop: '1' }).message).toEqual({ role: 'assistant' });
  });

  it('ends at the token limit with the reason length', () => {
    const cut = chat({ messages: [user('Explain tides')], max_tokens: 7 });
    expect(cut.choices[0]?.finish_reason).toBe('length');
    expect(cut.usage?.['completion_tokens']).toBe(7);
    expect(ask('Explain tides').message.content?.startsWith(cut.choices[0]?.message.content ?? 'x')).toBe(true);
    expect(ask('ping', { max_completion_tokens: 1 }).finish_reason).toBe('stop');
    expect(ask('ping', { max_completion_tokens: 0 })).toMatchObject({
      message: { role: 'assistant' },
      finish_reason: 'length',
    });
  });

  it('goes on as long as min_completion_tokens wants', () => {
    const long = chat({ messages: [user('Explain tides')], min_completion_tokens: 500 });
    expect(long.usage?.['completion_tokens']).toBe(500);
  });
});

describe('reasoning', () => {
  const think = (model: string, more: object = {}) => ask('Explain tides', { model, ...more }).message;

  it('comes first, unless the model or the effort says no', () => {
    expect(Object.keys(think('gpt-oss-120b'))).toEqual(['content', 'reasoning', 'role']);
    expect(think('qwen-3.8-27b').reasoning?.length).toBeGreaterThan(think('gpt-oss-120b').reasoning?.length ?? 0);
    expect(think('gemma-4-31b').reasoning).toBeUndefined();
    expect(think('gemma-4-31b', { reasoning_effort: 'low' }).reasoning).toBeDefined();
    expect(think('qwen-3.8-27b', { reasoning_effort: 'none' }).reasoning).toBeUndefined();
    expect(think('zai-glm-4.7', { disable_reasoning: true }).reasoning).toBeUndefined();
    expect(think('llama-3.3-70b').reasoning).toBeUndefined();
  });

  it('goes where the format says, and always counts', () => {
    const details = (format: string) => {
      const { choices, usage } = chat({
        model: 'zai-glm-4.7',
        messages: [user('Explain tides')],
        reasoning_format: format,
      });
      return { ...choices[0]?.message, usage: usage?.['completion_tokens_details'] };
    };
    const parsed = details('parsed');
    const thoughts = parsed.reasoning ?? '';
    expect(details('none')).toEqual(parsed);
    expect(details('text_parsed')).toEqual(parsed);
    expect(details('raw')).toMatchObject({
      content: `<think>${thoughts}</think>\n${parsed.content ?? ''}`,
      usage: parsed.usage,
    });
    expect(details('raw').reasoning).toBeUndefined();
    expect(details('hidden')).toEqual({ content: parsed.content, role: 'assistant', usage: parsed.usage });
    expect(parsed.usage).toMatchObject({ reasoning_tokens: expect.any(Number) as number });
  });

  it('can use up the whole limit, and then there is no content', () => {
    const choice = ask('Explain tides', { model: 'qwen-3.8-27b', max_completion_tokens: 5 });
    expect(Object.keys(choice.message)).toEqual(['reasoning', 'role']);
    expect(choice.finish_reason).toBe('length');
  });
});

describe('tool calls', () => {
  const weather = {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'Current weather of a city',
      parameters: {
        type: 'object',
        properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
        required: ['city'],
      },
    },
  };
  const clock = {
    type: 'function',
    function: { name: 'clock', parameters: { type: 'object', properties: { timezone: { type: 'string' } } } },
  };
  const math = {
    type: 'function',
    function: {
      name: 'calculator',
      description: 'Evaluates arithmetic',
      parameters: { type: 'object', properties: { expression: { type: 'string' } }, required: ['expression'] },
    },
  };
  const tools = [weather, clock, math];
  const callsFor = (content: string, more: object = {}) =>
    (ask(content, { tools, ...more }).message.tool_calls ?? []).map(({ function: { name, arguments: args } }) => [
      name,
      JSON.parse(args) as unknown,
    ]);

  it('are whole in the captured order of keys', () => {
    const choice = ask('How is the weather in Paris?', { tools });
    expect(JSON.stringify(choice.message)).toMatch(
      /^\{"tool_calls":\[\{"function":\{"name":"get_weather","arguments":"\{\\"city\\":\\"Paris\\"\}"\},"type":"function","id":"[0-9a-f]{9}"\}\],"role":"assistant"\}$/,
    );
    expect(choice.finish_reason).toBe('tool_calls');
  });

  it.each([
    ['How is the weather in Oslo in fahrenheit?', [['get_weather', { city: 'Oslo', unit: 'fahrenheit' }]]],
    ['Will it rain in New York?', [['get_weather', { city: 'New York' }]]],
    ['What time is it?', [['clock', { timezone: 'UTC' }]]],
    ['Calculate (3 + 4) * 12 for me', [['calculator', { expression: '(3 + 4) * 12' }]]],
    [
      'Compare the weather in Paris and London',
      [
        ['get_weather', { city: 'Paris' }],
        ['get_weather', { city: 'London' }],
      ],
    ],
  ])('fit the question %j', (question, calls) => {
    expect(callsFor(question)).toEqual(calls);
  });

  it('come one at a time when parallel ones are not wanted', () => {
    expect(callsFor('Weather in Paris and London', { parallel_tool_calls: false })).toEqual([
      ['get_weather', { city: 'Paris' }],
    ]);
  });

  it('are not made for small talk, for none, or after a result', () => {
    expect(callsFor('Hello')).toEqual([]);
    expect(callsFor('How is the weather in Paris?', { tool_choice: 'none' })).toEqual([]);
    const call = { id: 'a', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } };
    const history = [
      user('How is the weather in Paris?'),
      { role: 'assistant', tool_calls: [call] },
      { role: 'tool', tool_call_id: 'a', content: '{"temperature":21}' },
    ];
    const { message, finish_reason: finish } = chat({ messages: history, tools }).choices[0] ?? {};
    expect(message?.tool_calls).toBeUndefined();
    expect(message?.content).toContain('{"temperature":21}');
    expect(finish).toBe('stop');
    expect(chat({ messages: history, tools, tool_choice: 'required' }).choices[0]?.finish_reason).toBe('tool_calls');
  });

  it('are made when demanded, even if nothing fits', () => {
    expect(callsFor('Hello', { tool_choice: 'required' })).toHaveLength(1);
    const named = { type: 'function', function: { name: 'clock' } };
    expect(callsFor('How is the weather in Paris?', { tool_choice: named })).toEqual([['clock', { timezone: 'UTC' }]]);
  });

  it('of a tool without parameters have the arguments {}', () => {
    const bare = { type: 'function', function: { name: 'nonUsefulTool' } };
    const choice = ask('Hello', { tools: [bare], tool_choice: 'required' });
    expect(choice.message.tool_calls?.[0]?.function.arguments).toBe('{}');
  });

  it('are cut by the token limit', () => {
    const choice = ask('How is the weather in Paris?', { tools, max_tokens: 3 });
    expect(choice.finish_reason).toBe('length');
    expect(choice.message.tool_calls?.[0]?.function.arguments).toBe('{"city');
  });

  it('are streamed as captured: name and id once, then pieces of arguments', () => {
    const chunks = frames({
      model: 'gpt-oss-120b',
      messages: [user('Compare the weather in Paris and London')],
      tools,
      stream: true,
    });
    const deltas = chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);
    const first = deltas.filter(({ id }) => id !== undefined);
    expect(first.map((delta) => JSON.stringify(delta).replace(/[0-9a-f]{9}/, 'ID'))).toEqual([
      '{"function":{"name":"get_weather","arguments":""},"type":"function","id":"ID","index":0}',
      '{"function":{"name":"get_weather","arguments":""},"type":"function","id":"ID","index":1}',
    ]);
    expect(first[0]?.id).not.toBe(first[1]?.id);
    for (const delta of deltas.filter(({ id }) => id === undefined)) {
      expect(Object.keys(delta)).toEqual(['function', 'type', 'index']);
      expect(Object.keys(delta.function)).toEqual(['arguments']);
    }
    const joined = [0, 1].map((index) =>
      deltas
        .filter((delta) => delta.index === index)
        .map((delta) => delta.function.arguments)
        .join(''),
    );
    expect(joined).toEqual(['{"city":"Paris"}', '{"city":"London"}']);
    expect(deltas.length).toBeGreaterThan(4);
    expect(chunks.at(-1)?.choices[0]).toEqual({ delta: {}, finish_reason: 'tool_calls', index: 0 });
  });
});

describe('JSON answers', () => {
  const obey = (schema: object, question = 'Hello', strict = false): unknown =>
    JSON.parse(
      ask(question, { response_format: { type: 'json_schema', json_schema: { name: 's', schema, strict } } }).message
        .content ?? '',
    );

  it('are an object for json_object, also in pieces', () => {
    const body = { messages: [user('Explain tides')], response_format: { type: 'json_object' } };
    expect(JSON.parse(chat(body).choices[0]?.message.content ?? '')).toMatchObject({ topic: 'tides' });
    const chunks = frames({ ...body, stream: true });
    const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    expect(chunks.length).toBeGreaterThan(5);
    expect(JSON.parse(text)).toMatchObject({ topic: 'tides' });
  });

  it('obey a strict schema, in its order of keys', () => {
    const schema = {
      type: 'object',
      additionalProperties: false,
      required: ['zeta', 'alpha'],
      properties: {
        zeta: { const: 7 },
        alpha: { enum: ['low', 'high'] },
        steps: { type: 'array', items: { $ref: '#/$defs/step' } },
        score: { type: 'number', exclusiveMinimum: 3, maximum: 4 },
        even: { type: 'integer', minimum: 11, multipleOf: 4 },
        maybe: { anyOf: [{ type: 'null' }, { type: 'boolean' }] },
        pair: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }], items: false },
        nothing: { type: 'null' },
      },
      $defs: {
        step: { type: 'object', additionalProperties: false, properties: { city: { type: ['string', 'null'] } } },
      },
    };
    const value = obey(schema, 'Take the high road from Paris to Rome', true) as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(Object.keys(schema.properties));
    expect(value).toEqual({
      zeta: 7,
      alpha: 'high',
      steps: [{ city: 'Paris' }, { city: 'Rome' }],
      score: 3.5,
      even: 12,
      maybe: true,
      pair: [expect.any(String), expect.any(Number)],
      nothing: null,
    });
  });

  it.each([
    ['the length of strings', { type: 'string', minLength: 30, maxLength: 32 }, /^.{30,32}$/s],
    ['formats', { type: 'string', format: 'date-time' }, /^\d{4}-\d\d-\d\dT/],
  ])('obey %s', (_, schema, pattern) => {
    expect(obey({ type: 'object', properties: { a: schema } })).toEqual({
      a: expect.stringMatching(pattern) as string,
    });
  });

  it.each([
    ['minItems', { type: 'array', items: { type: 'integer' }, minItems: 4 }, 4],
    ['maxItems', { type: 'array', items: { type: 'integer' }, maxItems: 1 }, 1],
  ])('obey %s', (_, schema, length) => {
    expect(obey(schema)).toHaveLength(length);
  });

  it('obey the sum of allOf', () => {
    const schema = {
      allOf: [
        { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
        { properties: { b: { type: 'integer', maximum: -2 } }, required: ['b'] },
      ],
    };
    expect(obey(schema)).toEqual({ a: expect.any(String) as string, b: -2 });
  });

  it('end for schemas that need themselves', () => {
    const schema = {
      $ref: '#/$defs/node',
      $defs: {
        node: { type: 'object', properties: { next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } } },
      },
    };
    expect(JSON.stringify(obey(schema))).toMatch(/^(\{"next":)+null\}+$/);
    const endless = {
      $ref: '#/$defs/x',
      $defs: { x: { type: 'object', required: ['x'], properties: { x: { $ref: '#/$defs/x' } } } },
    };
    expect(JSON.stringify(obey(endless)).length).toBeLessThan(1000);
  });

  it('may come with tool calls on GLM', () => {
    const tool = { type: 'function', function: { name: 'lookup', parameters: { type: 'object', properties: {} } } };
    const format = {
      type: 'json_schema',
      json_schema: { name: 's', schema: { type: 'object', properties: { a: { const: 1 } } } },
    };
    const glm = { model: 'zai-glm-4.7', tools: [tool], response_format: format };
    expect(ask('Hello', glm).message.content).toBe('{"a":1}');
    expect(ask('Please lookup the name', glm).finish_reason).toBe('tool_calls');
  });
});

describe('usage', () => {
  it('leaves its details out on the older models', () => {
    const { usage, choices } = chat({ messages: [user('ping')] });
    expect(JSON.stringify(usage)).toMatch(/^\{"total_tokens":\d+,"completion_tokens":1,"prompt_tokens":\d+\}$/);
    expect(choices).toHaveLength(1);
  });

  it('counts images where each model says', () => {
    const png =
      'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const look = [{ role: 'user', content: [{ type: 'image_url', image_url: { url: png } }] }];
    expect(chat({ model: 'gemma-4-31b', messages: look }).usage?.['image_tokens']).toBe(280);
    const qwen = chat({ model: 'qwen-3.8-27b', messages: look }).usage;
    expect(qwen?.['prompt_tokens_details']).toEqual({ cached_tokens: 0, image_tokens: 280 });
    expect(qwen?.['image_tokens']).toBeUndefined();
  });

  it('shows what the prompt cache knows, in blocks of 128', () => {
    const messages = [user('x'.repeat(1200))];
    const cached = (key: string) =>
      chat({ model: 'gpt-oss-120b', messages, prompt_cache_key: key }).usage?.['prompt_tokens_details'];
    expect(cached('a')).toEqual({ cached_tokens: 0 });
    expect(cached('a')).toEqual({ cached_tokens: 256 });
    expect(cached('b')).toEqual({ cached_tokens: 0 });
  });
});

describe('logprobs and several choices', () => {
  it('have one entry for each token', () => {
    const choice = ask('ping', { model: 'gpt-oss-120b', logprobs: true, top_logprobs: 2 });
    const content = choice.logprobs?.['content'] as Array<{ token: string; bytes: number[]; top_logprobs: unknown[] }>;
    expect(content.map(({ token }) => token).join('')).toBe('pong');
    expect(content[0]).toMatchObject({ bytes: [112, 111, 110, 103], logprob: expect.any(Number) as number });
    expect(content[0]?.top_logprobs).toHaveLength(2);
    expect(choice.reasoning_logprobs).toBeDefined();
    expect(ask('ping').logprobs).toBeUndefined();
  });

  it('come with the tokens that they belong to in a stream', () => {
    const chunks = frames({ messages: [user('Hello')], logprobs: true, stream: true });
    for (const { choices } of chunks) {
      const [choice] = choices;
      const tokens = choice?.logprobs?.['content'] as Array<{ token: string }> | undefined;
      expect(tokens?.map(({ token }) => token).join('')).toBe(choice?.delta.content);
    }
  });

  it('grow side by side, and the usage comes once, with the last', () => {
    const chunks = frames({ messages: [user('Explain tides')], n: 2, stream: true });
    const indexes = chunks.map(({ choices }) => choices[0]?.index);
    expect(indexes.slice(0, 4)).toEqual([0, 1, 0, 1]);
    const finished = chunks.filter(({ choices }) => choices[0]?.finish_reason !== undefined);
    expect(new Set(finished.map(({ choices }) => choices[0]?.index))).toEqual(new Set([0, 1]));
    expect(finished).toHaveLength(2);
    expect(chunks.filter(({ usage }) => usage !== undefined)).toEqual([chunks.at(-1)]);
  });
});

describe('completions', () => {
  it('go on with the text of the guide', () => {
    const { choices, object } = complete({ prompt: 'The capital of France is', max_tokens: 32, stop: ['\n'] });
    expect(object).toBe('text_completion');
    expect(choices).toEqual([{ finish_reason: 'stop', index: 0, text: ' Paris.' }]);
  });

  it('number the choices of several prompts through', () => {
    const { choices } = complete({ prompt: ['The capital of France is', 'The capital of Japan is'], n: 2 });
    expect(choices.map(({ index, text }) => [index, text])).toEqual([
      [0, ' Paris.'],
      [1, ' Paris.'],
      [2, ' Tokyo.'],
      [3, ' Tokyo.'],
    ]);
  });

  it.each([
    [[1, 2, 3], 1],
    [[[1, 2], [3]], 2],
  ])('take the token prompt %j', (prompt, count) => {
    const { choices, usage } = complete({ prompt, max_tokens: 5 });
    expect(choices).toHaveLength(count);
    expect(usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 5 * count });
    expect(choices[0]).toMatchObject({ finish_reason: 'length' });
  });

  it('echo, explain and encode on request', () => {
    const prompt = 'The capital of France is';
    const [choice] = complete({ prompt, echo: true, logprobs: 2 }).choices;
    expect(choice?.text).toBe('The capital of France is Paris.');
    expect(choice?.logprobs).toEqual({
      text_offset: [24, 30],
      token_logprobs: [expect.any(Number), expect.any(Number)],
      tokens: [' Paris', '.'],
      top_logprobs: [expect.objectContaining({ ' Paris': expect.any(Number) }), expect.any(Object)],
    });
    const [raw] = complete({ prompt, return_raw_tokens: true }).choices;
    expect([raw?.text, raw?.tokens?.length]).toEqual([undefined, 2]);
  });

  it('stream as text chunks, with the usage on the last', () => {
    const chunks = completionFrames(answerText({ prompt: 'The capital of France is', echo: true, stream: true }));
    const documents = chunks.map(parse);
    expect(documents.map(({ choices }) => choices[0]?.text).join('')).toBe('The capital of France is Paris.');
    expect(documents.every(({ object }) => object === 'text_completion')).toBe(true);
    expect(documents.at(-1)).toMatchObject({ choices: [{ finish_reason: 'stop', index: 0, text: '' }] });
    expect(documents.filter(({ usage, time_info }) => usage && time_info)).toEqual([documents.at(-1)]);
    expect(documents.slice(0, -1).every(({ choices }) => !('finish_reason' in (choices[0] ?? {})))).toBe(true);
  });
});
