import { CerebrasSandbox } from './cerebras-sandbox.js';

const READ = { type: 'function', function: { name: 'read_file', parameters: { type: 'object', properties: {} } } };
const CALL = { tool_calls: [{ name: 'read_file', arguments: { path: 'ä.txt' } }] };

interface Message {
  content?: string;
  reasoning?: string;
  tool_calls?: Array<{ id: string; function: { name: string; arguments: string } }>;
}

describe('scripted answers of the sandbox', () => {
  let sandbox: CerebrasSandbox;

  beforeAll(async () => {
    sandbox = await CerebrasSandbox.start({ paceMs: 0 });
  });
  afterAll(() => sandbox.close());
  beforeEach(() => sandbox.reset());

  const post = (path: string, body: unknown) =>
    fetch(`${sandbox.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sandbox.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const ask = async (text: string, more: object = {}): Promise<{ message: Message; finish: string }> => {
    const body = { model: 'gpt-oss-120b', messages: [{ role: 'user', content: text }], ...more };
    const response = await post('/v1/chat/completions', body);
    const { choices } = (await response.json()) as { choices: Array<{ message: Message; finish_reason: string }> };
    return { message: choices[0]?.message ?? {}, finish: choices[0]?.finish_reason ?? '' };
  };

  it('go in their order to requests that offer the tools they call', async () => {
    sandbox.answerWith({ ...CALL, reasoning: 'Let me look.' }, { text: 'Done.' });
    const title = await ask('A title for: read the file');
    expect(title.message.tool_calls).toBeUndefined();
    expect(title.message.content).not.toBe('Done.');
    expect(sandbox.pendingAnswers).toBe(2);

    const called = await ask('Say: hello', { tools: [READ] });
    expect(called.finish).toBe('tool_calls');
    expect(called.message.reasoning).toBe('Let me look.');
    expect(called.message.tool_calls).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{9}$/),
        type: 'function',
        function: { name: 'read_file', arguments: '{"path":"ä.txt"}' },
      },
    ]);
    expect((await ask('Say: hello')).message.content).toBe('Done.');
    expect((await ask('Say: hello')).message.content).toBe('hello');
  });

  it('wait for the text that they are meant for', async () => {
    sandbox.answerWith({ text: 'Yes.', when: 'the "quoted" word' });
    expect((await ask('Say: hello')).message.content).toBe('hello');
    expect((await ask('Is it the "quoted" word?')).message.content).toBe('Yes.');
  });

  it('are streamed like any other, arguments as they were written', async () => {
    sandbox.answerWith({ text: 'I call.', tool_calls: [{ name: 'read_file', arguments: '{ "n": 1.0 }' }] });
    const body = { model: 'gpt-oss-120b', messages: [{ role: 'user', content: 'x' }], tools: [READ], stream: true };
    const text = await (await post('/v1/chat/completions', body)).text();
    const deltas = [...text.matchAll(/^data: (\{.*)$/gm)].map(
      ([, data = '']) => (JSON.parse(data) as { choices: Array<{ delta?: Message }> }).choices[0]?.delta,
    );
    expect(deltas.map((delta) => delta?.content ?? '').join('')).toBe('I call.');
    expect(deltas.map((delta) => delta?.tool_calls?.[0]?.function.arguments ?? '').join('')).toBe('{ "n": 1.0 }');
  });

  it('come over HTTP too, are checked, and can be taken back', async () => {
    const added = await post('/__sandbox/answers', [CALL, { text: 'Done.' }]);
    expect(await added.json()).toEqual({ pending: 2 });
    await fetch(`${sandbox.url}/__sandbox/answers`, { method: 'DELETE' });
    expect(sandbox.pendingAnswers).toBe(0);
  });

  it.each([
    [{}, 'answers: Input should be a valid list'],
    [[{}], 'answers.0: Needs text or tool_calls'],
    [[{ text: 'y', texts: 'x' }], "answers.0.texts: property 'answers.0.texts' is unsupported"],
    [[{ tool_calls: [] }], 'answers.0.tool_calls: List should have at least 1 item after validation, not 0'],
    [
      [{ tool_calls: [{ name: 'a', arguments: 7 }] }],
      'answers.0.tool_calls.0.arguments: Input should be a valid dictionary',
    ],
  ])('refuses %j', async (script, issue) => {
    const refused = await post('/__sandbox/answers', script);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toEqual({ issues: [issue] });
    expect(sandbox.pendingAnswers).toBe(0);
  });
});
