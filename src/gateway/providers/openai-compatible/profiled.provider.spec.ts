import { parseSettings } from '../../../config/file/settings-loader.js';
import type { ProviderParts } from '../provider-parts.js';
import { adapterOf } from '../provider-adapters.js';
import { ProfiledProvider } from './profiled.provider.js';

const CLOCKS = { connectMs: 1, firstByteMs: 1, firstTokenMs: 1, idleMs: 1, totalMs: 1, afterFinishMs: 1 };

/** A provider of the file; nothing is sent. */
function provider(fields: string): ProfiledProvider {
  const text = `version: 1\nproviders:\n  p: ${fields}\n`;
  const settings = parseSettings(Buffer.from(text), 'asbru.yaml', {}).providers['p'];
  if (!settings) throw new Error('no provider');
  const parts: ProviderParts = {
    name: 'p',
    origin: 'http://p.example',
    keys: [],
    clocksOf: () => CLOCKS,
    skipMalformed: () => false,
  };
  const made = adapterOf(settings.type).make(parts, settings);
  if (!(made instanceof ProfiledProvider)) throw new Error('no profile');
  return made;
}

const AZURE = "base_url: 'https://r.example', keys: [{ name: a, value: b }]";

describe('where an operation is', () => {
  it.each([
    ['{ type: vllm }', 'embeddings', '', '/v1/embeddings'],
    ['{ type: vllm }', 'speech', '', '/v1/audio/speech'],
    ['{ type: vllm }', 'images', '/edits', '/v1/images/edits'],
    ['{ type: vllm }', 'files', '/file-1/content', '/v1/files/file-1/content'],
    ['{ type: deepseek, keys: [{ name: a, value: b }] }', 'completions', '', '/beta/completions'],
    [`{ type: azure-openai, ${AZURE} }`, 'embeddings', '', '/openai/v1/embeddings'],
    [
      `{ type: azure-openai, ${AZURE}, api_version: '2024-10-21' }`,
      'files',
      '/f',
      '/openai/files/f?api-version=2024-10-21',
    ],
    [
      `{ type: azure-openai, ${AZURE}, api_version: '2024-10-21', deployments: { m: 'd?' } }`,
      'images',
      '/generations',
      '/openai/deployments/d%3F/images/generations?api-version=2024-10-21',
    ],
    ["{ type: vllm, profile: { paths: { images: '/img?v=1' } } }", 'chat', '', '/v1/chat/completions'],
  ] as const)('%s: %s%s', (fields, operation, rest, path) => {
    expect(provider(fields).pathOf(operation, 'm', rest)).toBe(path);
  });

  it('keeps the query of a path of the file behind what follows', () => {
    const made = provider("{ type: vllm, profile: { paths: { images: '/img?v=1' } } }");
    expect(made.pathOf('images', 'm', '/edits')).toBe('/img/edits?v=1');
  });
});

describe('a provider of a profile', () => {
  it('has the operations of its profile, and a list of deployments when the file names them', async () => {
    const azure = provider(`{ type: azure-openai, ${AZURE}, deployments: { gpt-5-mini: d } }`);
    expect(azure.operations.has('models')).toBe(true);
    expect(await azure.listModels()).toEqual([{ id: 'gpt-5-mini', created: 0, owned_by: 'azure-openai' }]);
    expect(provider(`{ type: azure-openai, ${AZURE} }`).operations.has('models')).toBe(false);
    expect([...provider('{ type: vllm, profile: { operations: [chat] } }').operations]).toEqual(['chat']);
  });
});
