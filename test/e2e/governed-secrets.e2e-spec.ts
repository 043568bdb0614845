import { inspect } from 'node:util';
import type { Answer } from '../support/answer.js';
import { keyValue } from '../support/fleet.js';
import { bearer, Governed, type HeldKey } from '../support/governed.js';
import { ask, type Asking, ASKINGS } from '../support/governed-calls.js';

const HIS = 'csk-of-the-caller';
const PASSING = { settings: { passthrough_keys: true }, sandbox: { moreApiKeys: [HIS, keyValue('cerebras', 'main')] } };
const HEADERS = ['x-api-key', 'api-key', 'x-goog-api-key', 'x-asbru-key', 'x-bf-vk'];

describe.each([
  ['with keys of its own', {}],
  ['that passes callers’ keys on', PASSING],
])('A virtual key stays inside a gateway %s', (name, provider) => {
  const passes = name !== 'with keys of its own';
  let governed: Governed;
  let key: HeldKey;
  let other: HeldKey;
  const answers: Answer[] = [];

  beforeAll(async () => {
    governed = await Governed.start({
      providers: {
        cerebras: provider,
        openai: { type: 'openai', ...(passes && { settings: { passthrough_keys: true } }) },
        anthropic: { type: 'anthropic', ...(passes && { settings: { passthrough_keys: true } }) },
        gemini: { type: 'gemini', ...(passes && { settings: { passthrough_keys: true } }) },
      },
    });
    key = await governed.key();
    other = await governed.key();
  });
  afterEach(() => {
    // What was sent, said and logged stays there for the last test of each.
    answers.length = 0;
    governed.reset();
  });
  afterAll(() => governed.close());

  const call = async (asking: Asking, headers: Record<string, string>): Promise<Answer> => {
    const answer = await ask(governed.gateway, asking, headers);
    answers.push(answer);
    return answer;
  };

  /** Where a secret of a key is seen outside. */
  const seen = async (): Promise<string[]> => {
    const last = answers.at(-1)?.headers['x-request-id'];
    if (last !== undefined) await governed.gateway.log.lineOf(last);
    const places: Array<[string, string]> = [
      ...['cerebras', 'openai', 'anthropic', 'gemini'].flatMap((one) =>
        governed.fleet
          .sandbox(one)
          .requests.map(({ url, rawHeaders, rawBody }): [string, string] => [
            `to ${one}`,
            `${url} ${rawHeaders.join(' ')} ${rawBody.toString('latin1')}`,
          ]),
      ),
      ...governed.gateway.log.lines.map((line): [string, string] => ['log', line]),
      ...answers.map(({ headers, text }): [string, string] => ['answer', `${inspect(headers)} ${text}`]),
    ];
    return places.flatMap(([place, text]) => {
      const secrets = [key.key, other.key].filter((secret) =>
        text.includes(secret.slice(key.key.lastIndexOf('-') + 1)),
      );
      return secrets.length > 0 ? [`${place}: ${text.slice(0, 300)}`] : [];
    });
  };

  it.each(ASKINGS)('in $name, whatever header it is sent in', async (asking) => {
    for (const header of HEADERS) await call(asking, { [header]: key.key });
    await call(asking, bearer(key.key));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await seen()).toEqual([]);
  });

  it('beside a caller’s own key, which takes its way', async () => {
    const [chat] = ASKINGS;
    if (!chat) throw new Error('There is nothing to ask');
    const answer = await call(chat, { ...bearer(HIS), 'x-asbru-key': key.key });
    expect(answer.status).toBe(200);
    const sent = governed.fleet.sent('cerebras').map(({ apiKey }) => apiKey);
    expect(sent).toEqual([passes ? HIS : keyValue('cerebras', 'main')]);
    expect(await seen()).toEqual([]);
  });

  it.each(ASKINGS)('beside another one, in $name', async (asking) => {
    for (const header of ['x-api-key', 'api-key', 'x-goog-api-key']) {
      await call(asking, { 'x-asbru-key': key.key, [header]: other.key });
    }
    await call(asking, { 'x-asbru-key': key.key, ...bearer(other.key) });
    await call(asking, { 'x-bf-vk': key.key, ...bearer(other.key), 'x-api-key': key.key });
    expect(await seen()).toEqual([]);
  });

  it.each(ASKINGS)('in the query, where nobody looks for it, in $name', async (asking) => {
    const path = `${asking.path}${asking.path.includes('?') ? '&' : '?'}key=${key.key}`;
    await call({ ...asking, path }, { 'x-asbru-key': key.key });
    await call({ ...asking, path }, {});
    expect(await seen()).toEqual([]);
  });
});
