import { inspect } from 'node:util';
import type { GatewaySettings } from './gateway-settings.types.js';
import { SettingsError } from './settings-error.js';
import { parseSettings } from './settings-loader.js';

const ENV = { KEY: 'sk-secret-9', TITLE: 'secret title' };

function load(provider: string): GatewaySettings {
  return parseSettings(Buffer.from(`version: 1\nproviders:\n  p: ${provider}\n`), 'asbru.yaml', ENV);
}

/** What is wrong with a provider, as `path: message`. */
function problems(provider: string): string[] {
  try {
    load(provider);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

const KEYS = "keys: [{ name: a, value: '${KEY}' }]";

describe('a provider of the file', () => {
  it('needs an address where its type has none', () => {
    const missing = (type: string): string =>
      `providers.p: the field 'base_url' is missing: a provider of type '${type}' has no address of its own, so add it`;
    expect(problems(`{ type: openai-compatible, ${KEYS} }`)).toEqual([missing('openai-compatible')]);
    expect(problems(`{ type: azure-openai, ${KEYS} }`)).toEqual([missing('azure-openai')]);
    expect(problems(`{ type: groq, ${KEYS} }`)).toEqual([]);
  });

  it('needs keys, but for types that work without', () => {
    expect(problems('{ type: openai }')).toEqual([
      "providers.p: the field 'keys' is missing: add it, or set passthrough_keys: true",
    ]);
    expect(problems('{ type: cerebras, keys: [] }')).toEqual(['providers.p.keys: must have at least one entry']);
    const { keys } = load('{ type: ollama }').providers['p'] ?? {};
    expect(keys?.map(({ name, value, models }) => [name, value.reveal(), models])).toEqual([['none', '', ['*']]]);
  });

  it.each([
    ['groq', 'https://api.groq.com/openai/v1', 'https://api.groq.com/openai'],
    ['groq', 'https://proxy.example/groq/', 'https://proxy.example/groq'],
    ['deepseek', 'https://api.deepseek.com/v1/', 'https://api.deepseek.com/v1'],
    ['azure-openai', 'https://r.openai.azure.com/openai/v1/', 'https://r.openai.azure.com'],
    ['azure-openai', 'https://r.openai.azure.com/openai', 'https://r.openai.azure.com'],
    ['openai-compatible', 'https://a.example/v1', 'https://a.example/v1'],
  ])('of type %s may have the address %s', (type, url, kept) => {
    expect(load(`{ type: ${type}, base_url: '${url}', ${KEYS} }`).providers['p']?.baseUrl).toBe(kept);
  });

  it('has only fields that do something for its type', () => {
    expect(problems(`{ type: openai, ${KEYS}, api_version: '2024-10-21', deployments: { a: b } }`)).toEqual([
      "providers.p.api_version: has no effect for a provider of type 'openai': remove it",
      "providers.p.deployments: has no effect for a provider of type 'openai': remove it",
    ]);
    expect(problems(`{ type: cerebras, ${KEYS}, profile: {} }`)).toEqual([
      "providers.p.profile: has no effect for a provider of type 'cerebras': remove it",
    ]);
  });

  it('has a profile without slips', () => {
    const profile =
      '{ operatons: [chat], token_limit: max_token, paths: { chats: /x, chat: x }, statuses: { "20": busy } }';
    expect(problems(`{ type: vllm, profile: ${profile} }`)).toEqual([
      "providers.p.profile.operatons: unknown field: did you mean 'operations'?",
      'providers.p.profile.token_limit: must be one of: as_sent, max_tokens, max_completion_tokens',
      "providers.p.profile.paths.chats: unknown field: did you mean 'chat'?",
      'providers.p.profile.paths.chat: must begin with / and hold no spaces',
      'providers.p.profile.statuses[20]: the name must be a status from 400 to 599, in quotation marks',
    ]);
    expect(
      problems('{ type: vllm, profile: { pass: [a], filter: [a, b], rename: { b: c }, efforts: { lo: low } } }'),
    ).toEqual([
      'providers.p.profile.filter[0]: is under pass too: remove one',
      'providers.p.profile.rename.b: is under filter too: remove one',
      "providers.p.profile.efforts.lo: unknown field: did you mean 'low'?",
    ]);
    expect(problems('{ type: vllm, profile: { auth: { header: Host } } }')).toEqual([
      'providers.p.profile.auth.header: no key can be sent in this header',
    ]);
  });

  it('has headers that are neither the connection’s nor keys', () => {
    const headers = "{ Host: a, Transfer-Encoding: b, Authorization: c, X-Api-Key: d, X-A: e, x-a: f, 'X B': g }";
    expect(problems(`{ type: vllm, headers: ${headers} }`)).toEqual([
      'providers.p.headers.Host: this header is the gateway’s own: remove it',
      'providers.p.headers.Transfer-Encoding: this header is the gateway’s own: remove it',
      'providers.p.headers.Authorization: holds a key: put it under keys, and its header under profile.auth',
      'providers.p.headers.X-Api-Key: holds a key: put it under keys, and its header under profile.auth',
      'providers.p.headers.x-a: this header is there twice: remove one',
      'providers.p.headers["X B"]: the name must be the name of a header: letters, digits and hyphens',
    ]);
    expect(problems('{ type: vllm, headers: { X-A: "a\\r\\nX-B: c" } }')).toEqual([
      'providers.p.headers.X-A: holds a line break, or a character or a space at its ends that no header has',
    ]);
  });

  it('shows no value of a header', () => {
    const settings = load("{ type: openrouter, headers: { X-Title: '${TITLE}' }, keys: [{ name: a, value: b }] }");
    expect(settings.providers['p']?.headers['x-title']?.reveal()).toBe('secret title');
    expect(inspect(settings, { depth: 9 }) + JSON.stringify(settings)).not.toContain('secret title');
    const other = load("{ type: openrouter, headers: { X-Title: 'b' }, keys: [{ name: a, value: b }] }");
    expect(other.version).not.toBe(settings.version);
  });
});
