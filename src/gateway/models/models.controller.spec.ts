import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { ErrorFilter } from '../../common/errors/error.filter.js';
import { FixedSettingsStore } from '../../config/file/fixed-settings.store.js';
import { GatewaySettingsStore } from '../../config/file/settings.port.js';
import { buildSettings } from '../../config/file/settings-builder.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { CEREBRAS_CATALOGUE } from './catalogue/cerebras.catalogue.js';
import { ModelCatalogue } from './catalogue/model-catalogue.js';
import { FakeListingProvider } from './fake-listing-provider.js';
import { ModelDirectory } from './model-directory.service.js';
import { ModelDirectoryOptions } from './model-directory.options.js';
import { ModelsController } from './models.controller.js';

describe('GET /v1/models', () => {
  const provider = new FakeListingProvider('cerebras', ['gpt-oss-120b', 'org/tuned']);
  let app: NestFastifyApplication;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      controllers: [ModelsController],
      providers: [
        ModelDirectory,
        { provide: ProviderRegistry, useValue: new ProviderRegistry([provider]) },
        { provide: ModelCatalogue, useValue: new ModelCatalogue({ cerebras: CEREBRAS_CATALOGUE }) },
        {
          provide: GatewaySettingsStore,
          useValue: new FixedSettingsStore(buildSettings({ version: 1, providers: {} }, { source: 'asbru.yaml' })),
        },
        { provide: ModelDirectoryOptions, useValue: new ModelDirectoryOptions({ background: false }) },
      ],
    }).compile();
    app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
    app.useGlobalFilters(new ErrorFilter());
    await app.init();
  });
  afterAll(() => app.close());

  const get = (url: string, headers: Record<string, string> = {}) => app.inject({ method: 'GET', url, headers });

  it('lists the models with the four keys that OpenAI requires, and says where the list comes from', async () => {
    const response = await get('/v1/models');
    const body = response.json();

    expect(response.statusCode).toBe(200);
    expect(response.headers['x-asbru-models']).toBe('live');
    expect(body.object).toBe('list');
    expect(body.data.map((model: { id: string }) => model.id)).toEqual([
      'cerebras/gpt-oss-120b',
      'cerebras/llama-3.3-70b',
      'cerebras/llama-3.2-90b',
      'cerebras/llama-3-8b',
      'cerebras/org/tuned',
    ]);
    for (const model of body.data) {
      expect(model).toMatchObject({ object: 'model', owned_by: 'Cerebras' });
      expect(Number.isInteger(model.created)).toBe(true);
    }
  });

  it('is one body for both vendors: the Anthropic header and paging change nothing', async () => {
    const openai = await get('/v1/models');
    const anthropic = await get('/v1/models?limit=1000', { 'anthropic-version': '2023-06-01' });

    expect(anthropic.statusCode).toBe(200);
    expect(anthropic.body).toBe(openai.body);
    expect(anthropic.json()).toMatchObject({
      has_more: false,
      first_id: 'cerebras/gpt-oss-120b',
      last_id: 'cerebras/org/tuned',
    });
  });

  it('describes a model in full', async () => {
    const response = await get('/v1/models/cerebras/gpt-oss-120b');
    expect(response.json()).toEqual({
      id: 'cerebras/gpt-oss-120b',
      object: 'model',
      created: 1754438400,
      owned_by: 'Cerebras',
      type: 'model',
      display_name: 'OpenAI GPT OSS',
      created_at: '2025-08-06T00:00:00Z',
      description: null,
      context_length: 131072,
      max_output_tokens: 40960,
      max_input_tokens: 131072,
      max_tokens: 40960,
      pricing: { input: '0.35', output: '0.75', currency: 'USD', unit: '1M tokens' },
      input_modalities: ['text'],
      output_modalities: ['text'],
      supported_parameters: expect.arrayContaining(['temperature', 'tools', 'reasoning_effort']),
      capabilities: {
        chat: true,
        completions: true,
        streaming: true,
        tools: true,
        parallel_tool_calls: true,
        structured_outputs: true,
        json_mode: true,
        reasoning: true,
        vision: false,
      },
      reasoning_efforts: ['low', 'medium', 'high'],
      default_reasoning_effort: 'medium',
      operations: ['chat', 'completions'],
      state: 'active',
      deprecated: false,
    });
  });

  it('gives a model that only the upstream knows the epoch and nulls', async () => {
    const response = await get('/v1/models/org/tuned');
    expect(response.json()).toMatchObject({
      id: 'cerebras/org/tuned',
      created: 0,
      created_at: '1970-01-01T00:00:00Z',
      context_length: null,
      pricing: null,
      state: null,
    });
  });

  it.each([
    ['/v1/models/gpt-oss-120b', 'cerebras/gpt-oss-120b'],
    ['/v1/models/cerebras%2Fgpt-oss-120b', 'cerebras/gpt-oss-120b'],
    ['/v1/models/cerebras%2fgpt-oss-120b?limit=1', 'cerebras/gpt-oss-120b'],
    ['/v1/models/cerebras/Llama-3-8b', 'cerebras/llama-3-8b'],
    ['/v1/models/GPT-OSS-120B', 'cerebras/gpt-oss-120b'],
    ['/v1/models/cerebras/org/tuned', 'cerebras/org/tuned'],
    ['/v1/models/cerebras%2Forg%2Ftuned', 'cerebras/org/tuned'],
    ['/v1/models/zai-glm-4.7', 'cerebras/zai-glm-4.7'],
  ])('%s is %s', async (url, id) => {
    const response = await get(url, { 'anthropic-version': '2023-06-01' });
    expect(response.statusCode).toBe(200);
    expect(response.json().id).toBe(id);
  });

  it.each([
    ['/v1/models/x', "The model 'x' does not exist"],
    ['/v1/models/toString', "The model 'toString' does not exist"],
    ['/v1/models/cerebras%2Fnot%20there', "The model 'cerebras/not there' does not exist"],
  ])('%s is unknown', async (url, message) => {
    const response = await get(url);
    expect(response.statusCode).toBe(404);
    expect(response.json().error).toEqual({
      message,
      type: 'invalid_request_error',
      param: 'model',
      code: 'model_not_found',
    });
  });

  it('names near matches of an unknown model', async () => {
    const response = await get('/v1/models/gpt-oss');
    expect(response.statusCode).toBe(404);
    expect(response.json().error.message).toBe(
      "The model 'gpt-oss' does not exist. Did you mean 'cerebras/gpt-oss-120b'?",
    );
  });
});
