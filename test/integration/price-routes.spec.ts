import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ErrorFilter } from '../../src/common/errors/error.filter.js';
import { RouteTable } from '../../src/common/http/route-table.js';
import { RequestValidationPipe } from '../../src/common/validation/request-validation.pipe.js';
import { AppConfigModule } from '../../src/config/config.module.js';
import type { AdminPrincipal } from '../../src/control/auth/admin.port.js';
import { BudgetWindows } from '../../src/control/budgets/budget-window.port.js';
import { PricingModule } from '../../src/control/pricing/pricing.module.js';
import { Pricing } from '../../src/control/pricing/pricing.port.js';
import { PersistenceModule } from '../../src/persistence/persistence.module.js';

@Module({ imports: [AppConfigModule, PersistenceModule, PricingModule] })
class PricesOnlyModule {}

const admin = (organizationId: string | null): AdminPrincipal => ({
  id: 'adm_1',
  name: 'Ada',
  organizationId,
  permissions: new Set(),
});

interface Row {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** Whatever of it an answer has. */
interface Body extends Row {
  readonly data: readonly Row[];
  readonly last_id: string;
  readonly has_more: boolean;
  readonly error: { readonly message: string; readonly param: string | null };
  readonly sheets: ReadonlyArray<{ provider: string; prices: Array<Record<string, unknown>> }>;
}

interface Answer {
  readonly status: number;
  readonly body: Body;
}

/** The routes of prices, for whichever administrator the test says: who may come in at all is not their business. */
class Prices {
  private constructor(readonly app: NestFastifyApplication) {}
  who = admin(null);

  static async open(): Promise<Prices> {
    const app = await NestFactory.create<NestFastifyApplication>(PricesOnlyModule, new FastifyAdapter(), {
      logger: false,
      abortOnError: false,
    });
    const prices = new Prices(app);
    const fastify = app.getHttpAdapter().getInstance();
    fastify.addHook('onRequest', async (request) => {
      request.admin = prices.who;
    });
    app.useGlobalPipes(new RequestValidationPipe());
    app.useGlobalFilters(new ErrorFilter(new RouteTable()));
    await app.listen(0, '127.0.0.1');
    return prices;
  }

  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${await this.app.getUrl()}/admin/v1/prices${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return { status: response.status, body: (await response.json()) as Body };
  }

  async as<T>(organizationId: string | null, work: () => Promise<T>): Promise<T> {
    this.who = admin(organizationId);
    try {
      return await work();
    } finally {
      this.who = admin(null);
    }
  }
}

const OVERRIDE = {
  provider: 'cerebras',
  model: 'gpt-oss-120b',
  input_usd_per_million: '0.30',
  output_usd_per_million: 0.7,
};

describe('The routes of prices', () => {
  let prices: Prices;
  beforeEach(async () => {
    prices = await Prices.open();
  });
  afterEach(() => prices.app.close());

  it('show each price with its source', async () => {
    const { status, body } = await prices.call('GET', '?provider=cerebras&model=gpt-oss-120b');
    expect(status).toBe(200);
    expect(body).toMatchObject({ object: 'list', has_more: false });
    expect(body.data).toEqual([
      {
        object: 'price',
        id: 'cerebras/gpt-oss-120b@2026-01-01',
        provider: 'cerebras',
        model: 'gpt-oss-120b',
        aliases: [],
        source: 'book',
        source_url: 'https://api.cerebras.ai/public/v1/models',
        read_on: '2026-11-22',
        verified: true,
        valid_from: '2026-01-01',
        valid_until: null,
        note: null,
        organization_id: null,
        input_usd_per_million: '0.35',
        input_micros_per_million: 350_000,
        output_usd_per_million: '0.75',
        output_micros_per_million: 750_000,
      },
    ]);
  });

  it('list all prices in pages, and those of another time', async () => {
    const ids: string[] = [];
    for (let after = '', more = true; more;) {
      const { body } = await prices.call('GET', `?limit=100&after=${encodeURIComponent(after)}`);
      ids.push(...body.data.map(({ id }) => id));
      after = body.last_id;
      more = body.has_more;
    }
    expect(ids.length).toBeGreaterThan(100);
    expect(new Set(ids).size).toBe(ids.length);
    const { body } = await prices.call('GET', '?provider=gemini&model=gemini-4-*&at=2026-12-01');
    expect(body.data[0]).toMatchObject({ id: 'gemini/gemini-4-argon@2026-12-01', input_usd_per_million: '4.00' });
    const { body: snapshot } = await prices.call('GET', '?model=gpt-4o-2024-08-06');
    expect(snapshot.data[0]).toMatchObject({
      model: 'gpt-4o',
      tiers: { batch: { input_micros_per_million: 1_250_000 } },
    });
  });

  it('make an override that applies from then on, with its id in the price', async () => {
    const pricing = prices.app.get(Pricing);
    const now = Date.now();
    const input = () => pricing.priceOf('cerebras', 'cerebras', 'gpt-oss-120b', now, 'org_a')?.input;
    expect(input()).toBe(350_000);
    const { status, body } = await prices.call('POST', '/overrides', { ...OVERRIDE, note: 'contract' });
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({
        object: 'price_override',
        organization_id: null,
        input_usd_per_million: '0.30',
        input_micros_per_million: 300_000,
        output_micros_per_million: 700_000,
        revision: 1,
        valid_from: null,
        note: 'contract',
      }),
    ]);
    expect(input()).toBe(300_000);
    const { body: list } = await prices.call('GET', '?model=gpt-oss-120b&provider=cerebras');
    expect(list.data[0]).toMatchObject({
      source: 'override',
      id: expect.stringMatching(new RegExp(`^cerebras/gpt-oss-120b@.*#${body.id}\\.1$`)),
    });

    const { body: changed } = await prices.call('PATCH', `/overrides/${body.id}`, {
      input_usd_per_million: '0.2',
      note: null,
    });
    expect(changed).toMatchObject({
      revision: 2,
      input_micros_per_million: 200_000,
      output_micros_per_million: 700_000,
      note: null,
    });
    expect(input()).toBe(200_000);
    expect((await prices.call('GET', `/overrides/${body.id}`)).body).toEqual(changed);
    expect((await prices.call('GET', '/overrides')).body.data).toEqual([changed]);

    const gone = await prices.call('DELETE', `/overrides/${body.id}`);
    expect(gone).toEqual({ status: 200, body: { id: body.id, object: 'price_override', deleted: true } });
    expect(input()).toBe(350_000);
    expect((await prices.call('GET', `/overrides/${body.id}`)).status).toBe(404);
  });

  it('list what overrides say of models that the book does not know', async () => {
    await prices.call('POST', '/overrides', {
      ...OVERRIDE,
      provider: 'my-vllm',
      model: '*',
      input_usd_per_million: 0,
      output_usd_per_million: 0,
    });
    const { body } = await prices.call('GET', '?provider=my-vllm');
    expect(body.data).toEqual([
      expect.objectContaining({ provider: 'my-vllm', model: '*', source: 'override', input_usd_per_million: '0.00' }),
    ]);
  });

  it.each<[string, object, string]>([
    ['an unknown field', { ...OVERRIDE, input: '1' }, 'input'],
    ['no model', { ...OVERRIDE, model: undefined }, 'model'],
    ['a pattern as provider', { ...OVERRIDE, provider: 'open*' }, 'provider'],
    ['a price for one token', { ...OVERRIDE, input_usd_per_million: '0.00000035' }, 'input_usd_per_million'],
    ['a negative price', { ...OVERRIDE, input_usd_per_million: -1 }, 'input_usd_per_million'],
    ['a price that is none', { ...OVERRIDE, output_usd_per_million: true }, 'output_usd_per_million'],
    ['a number beyond a double', { ...OVERRIDE, usd_per_image: '1e999' }, 'usd_per_image'],
    ['a day that is none', { ...OVERRIDE, valid_from: '2026-02-30' }, 'valid_from'],
    [
      'an end before the beginning',
      { ...OVERRIDE, valid_from: '2027-01-02', valid_until: '2027-01-01' },
      'valid_until',
    ],
    ['an unknown field of a tier', { ...OVERRIDE, tiers: { batch: { input: '1' } } }, 'tiers.batch.input'],
    ['an unknown tier', { ...OVERRIDE, tiers: { turbo: {} } }, 'tiers.turbo'],
    [
      'a wrong rate of a long input',
      { ...OVERRIDE, long_context: [{ above: 5, input_usd_per_million: 'x', output_usd_per_million: '1' }] },
      'long_context[0].input_usd_per_million',
    ],
    [
      'a long input without a bound',
      { ...OVERRIDE, long_context: [{ input_usd_per_million: '1', output_usd_per_million: '1' }] },
      'long_context[0]',
    ],
    ['half a price', { ...OVERRIDE, output_usd_per_million: undefined }, 'output_usd_per_million'],
    ['NUL in a note', { ...OVERRIDE, note: 'a\0b' }, 'note'],
  ])('refuse %s, and name the field', async (_what, body, param) => {
    const { status, body: answer } = await prices.call('POST', '/overrides', body);
    expect(status).toBe(400);
    expect(`${answer.error.param ?? ''} ${answer.error.message}`).toContain(param);
    expect((await prices.call('GET', '/overrides')).body.data).toEqual([]);
  });

  it('refuse a second override for the same time, and unknown cursors and queries', async () => {
    await prices.call('POST', '/overrides', OVERRIDE);
    expect(await prices.call('POST', '/overrides', OVERRIDE)).toMatchObject({
      status: 409,
      body: { error: { code: 'conflict' } },
    });
    for (const query of [
      '?after=x',
      '?limit=0',
      '?limit=101',
      '?at=yesterday',
      '?models=x',
      '/overrides?after=pov_x',
      '/overrides?at=2026-01-01',
    ]) {
      expect([query, (await prices.call('GET', query)).status]).toEqual([query, 400]);
    }
    for (const id of ['pov_000000000000000000000000', 'x', '%00', '..%2f']) {
      expect([id, (await prices.call('GET', `/overrides/${id}`)).status]).toEqual([id, 404]);
    }
  });

  it('keep organisations apart, and let none set its own price', async () => {
    const { body: forA } = await prices.call('POST', '/overrides', { ...OVERRIDE, organization_id: 'org_a' });
    const { body: forB } = await prices.call('POST', '/overrides', {
      ...OVERRIDE,
      organization_id: 'org_b',
      input_usd_per_million: '0.1',
    });
    const { body: forAll } = await prices.call('POST', '/overrides', { ...OVERRIDE, input_usd_per_million: '0.2' });
    await prices.as('org_a', async () => {
      expect((await prices.call('GET', '/overrides')).body.data).toEqual([forA]);
      const { body } = await prices.call('GET', '?provider=cerebras&model=gpt-oss-120b');
      expect(body.data[0]).toMatchObject({ input_usd_per_million: '0.30', organization_id: 'org_a' });
      for (const { id } of [forB, forAll]) {
        expect((await prices.call('GET', `/overrides/${id}`)).status).toBe(404);
        expect((await prices.call('PATCH', `/overrides/${id}`, { note: 'x' })).status).toBe(404);
        expect((await prices.call('DELETE', `/overrides/${id}`)).status).toBe(404);
      }
      expect((await prices.call('GET', `/overrides/${forA.id}`)).status).toBe(200);
      expect((await prices.call('PATCH', `/overrides/${forA.id}`, { note: 'x' })).status).toBe(403);
      expect((await prices.call('DELETE', `/overrides/${forA.id}`)).status).toBe(403);
      expect(
        (await prices.call('POST', '/overrides', { ...OVERRIDE, model: 'z', organization_id: 'org_a' })).status,
      ).toBe(403);
      expect((await prices.call('POST', '/overrides', { ...OVERRIDE, model: 'z' })).status).toBe(403);
      expect((await prices.call('POST', '/overrides', { ...OVERRIDE, organization_id: 'org_b' })).status).toBe(404);
      expect((await prices.call('GET', '?organization_id=org_b')).status).toBe(404);
      expect((await prices.call('GET', '/overrides?organization_id=org_b')).status).toBe(404);
      const estimate = { model: 'cerebras/gpt-oss-120b', organization_id: 'org_b' };
      expect((await prices.call('POST', '/estimate', estimate)).status).toBe(404);
    });
    await prices.as('org_c', async () => {
      const { body } = await prices.call('GET', '?provider=cerebras&model=gpt-oss-120b');
      expect(body.data[0]).toMatchObject({ input_usd_per_million: '0.20', organization_id: null });
    });
  });

  it('calculate what requests would cost, exactly', async () => {
    const { body } = await prices.call('POST', '/estimate', {
      model: 'anthropic/claude-haiku-4-5-20251001',
      input_tokens: 1_000,
      cached_input_tokens: 600,
      cache_write_tokens: 300,
      output_tokens: 501,
      reasoning_tokens: 100,
      requests: 1_000,
    });
    // 100 at $1, 600 at $0.10, 300 at $1.25 and 501 at $5 a million.
    expect(body).toMatchObject({
      object: 'price.estimate',
      requests: 1_000,
      cost_per_request_micros: 3_040,
      cost_micros: 3_040_000,
      cost_usd: '3.04',
      reserved_per_request_micros: 1_000 * 2 + 2_505,
      price: { id: 'anthropic/claude-haiku-4-5@2025-10-15' },
    });
  });

  it('find a model by its name alone when one provider has it, and say why another has no price', async () => {
    expect(
      (await prices.call('POST', '/estimate', { model: 'claude-opus-5', input_tokens: 1 })).body['cost_micros'],
    ).toBe(5);
    expect((await prices.call('POST', '/estimate', { model: 'openai/gpt-oss-120b' })).body.error.message).toMatch(
      /groq, together/,
    );
    const trial = await prices.call('POST', '/estimate', { model: 'cerebras/kimi-k2.7-code' });
    expect(trial).toMatchObject({
      status: 404,
      body: { error: { message: expect.stringContaining('not published') } },
    });
    const batch = { model: 'gpt-6-luna', tier: 'batch', input_tokens: 1_000_000, output_tokens: 0 };
    // A million tokens of input are a long one: half of twice the price.
    expect((await prices.call('POST', '/estimate', batch)).body['cost_usd']).toBe('0.10');
    const dear = { model: 'o1-pro', input_tokens: 1_000_000_000, requests: 1_000_000_000 };
    expect((await prices.call('POST', '/estimate', dear)).body.error.param).toBe('requests');
  });

  it('export the book as a price file that a gateway takes', async () => {
    const { status, body } = await prices.call('GET', '/book');
    expect(status).toBe(200);
    const sheet = body.sheets.find(({ provider }) => provider === 'cerebras');
    const price = sheet?.prices.find(({ model }) => model === 'gpt-oss-120b');
    Object.assign(price ?? {}, { input_usd_per_million: '0.01' });
    const folder = mkdtempSync(join(tmpdir(), 'asbru-prices-'));
    process.env['ASBRU_PRICE_FILE'] = join(folder, 'prices.json');
    try {
      writeFileSync(process.env['ASBRU_PRICE_FILE'], JSON.stringify(body));
      const other = await Prices.open();
      const { body: list } = await other.call('GET', '?provider=cerebras&model=gpt-oss-120b');
      expect(list.data[0]).toMatchObject({ source: 'file', input_usd_per_million: '0.01' });
      await other.app.close();
      writeFileSync(process.env['ASBRU_PRICE_FILE'], '{"version": 2, "sheets": []}');
      await expect(Prices.open()).rejects.toThrow(/prices\.json:1: version/);
    } finally {
      delete process.env['ASBRU_PRICE_FILE'];
      rmSync(folder, { recursive: true });
    }
  });

  it('come with the windows of budgets', () => {
    const month = { kind: 'calendar', unit: 'month', timeZone: 'UTC' } as const;
    expect(prices.app.get(BudgetWindows).at(month, Date.UTC(2026, 10, 22)).start).toBe(Date.UTC(2026, 10, 1));
  });
});
