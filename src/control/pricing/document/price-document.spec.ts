import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { ConfigError } from '../../../config/config-error.js';
import { readPriceDocument } from './price-document.reader.js';
import { PRICE_DOCUMENT_SCHEMA } from './price-document.schema.js';
import type { WrittenPrice } from './price-document.types.js';
import { readPriceFile } from './price-file.js';

const FLAT = { input_usd_per_million: '1', output_usd_per_million: '2' };
const price = (more: Partial<WrittenPrice> = {}): WrittenPrice => ({
  model: 'm',
  valid_from: '2026-01-01',
  verified: true,
  ...FLAT,
  ...more,
});
const read = (...prices: unknown[]) =>
  readPriceDocument(
    { version: 1, sheets: [{ provider: 'p', source: 'https://p.example/prices', read_on: '2026-11-22', prices }] },
    'file',
  );
const problemsOf = (...prices: unknown[]) =>
  read(...prices).problems.map(({ pointer, message }) => `${pointer} ${message}`);

describe('A price document', () => {
  it('has a schema that is one', () => {
    expect(new Ajv2020({ allowUnionTypes: true }).validateSchema(PRICE_DOCUMENT_SCHEMA)).toBe(true);
  });

  it('is read into integers', () => {
    const { problems, records } = read(
      price({ input_usd_per_million: 0.35, cached_input_usd_per_million: '0.003625' }),
    );
    expect(problems).toEqual([]);
    expect(records[0]?.pricing).toEqual({ input: 350_000, cachedInput: 3_625, output: 2_000_000 });
  });

  it.each<[string, unknown, RegExp]>([
    [
      'a price for one token',
      price({ input_usd_per_million: '0.00000035' }),
      /input_usd_per_million must be .* for a million tokens, not for one$/,
    ],
    ['a price in exponents', price({ input_usd_per_million: 3.5e-7 }), /input_usd_per_million must be/],
    ['a negative price', price({ output_usd_per_million: -1 }), /output_usd_per_million must be/],
    ['a price beyond reason', price({ output_usd_per_million: '9000.000001' }), /output_usd_per_million must be/],
    ['no price', { model: 'm', valid_from: '2026-01-01', verified: true }, /has no price/],
    ['half a price', price({ output_usd_per_million: undefined }), /'output_usd_per_million' is missing/],
    ['an unknown field', { ...price(), input: '1' }, /prices\/0\/input unknown field/],
    ['no model', { ...price(), model: undefined }, /'model' is missing/],
    ['a day that is none', price({ valid_from: '2026-02-31T00:00:00Z' }), /valid_from is no day/],
    ['a day in another form', price({ valid_from: '22.11.2026' }), /valid_from must be a day or a moment/],
    ['an end before its beginning', price({ valid_until: '2026-01-01' }), /valid_until must be later/],
    [
      'steps out of order',
      price({
        long_context: [
          { above: 5, ...FLAT },
          { above: 5, ...FLAT },
        ],
      }),
      /long_context\/1\/above must be more/,
    ],
    [
      'a wrong rate of a tier',
      price({ tiers: { batch: { ...FLAT, input_usd_per_million: 'x' } } }),
      /tiers\/batch\/input_usd_per_million/,
    ],
  ])('refuses %s', (_what, written, problem) => {
    expect(problemsOf(JSON.parse(JSON.stringify(written)))).toEqual([expect.stringMatching(problem)]);
  });

  it('refuses two prices of a name at the same time, whichever name it is', () => {
    expect(problemsOf(price({ valid_until: '2026-06-01' }), price({ valid_from: '2026-06-01' }))).toEqual([]);
    expect(problemsOf(price({ valid_until: '2026-06-02' }), price({ valid_from: '2026-06-01' }))).toEqual([
      "/sheets/0/prices/1 'm' has another price in this time: since 2026-01-01",
    ]);
    expect(problemsOf(price(), price({ model: 'other', aliases: ['m'] }))).toHaveLength(1);
  });
});

describe('A price file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'asbru-prices-'));
  const path = join(folder, 'prices.json');
  afterAll(() => rmSync(folder, { recursive: true }));
  const failureOf = (text: string): string => {
    writeFileSync(path, text);
    try {
      readPriceFile(path);
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
      throw error;
    }
    return 'none';
  };

  it('tells the line and the field of each mistake', () => {
    const text = JSON.stringify(
      {
        version: 1,
        sheets: [
          {
            provider: 'p',
            source: 'https://p.example',
            read_on: '2026-11-22',
            prices: [{ ...price(), input_usd_per_million: '0.0000001', colour: 'red' }],
          },
        ],
      },
      null,
      2,
    );
    const lines = text.split('\n');
    const lineOf = (word: string) => lines.findIndex((line) => line.includes(word)) + 1;
    expect(failureOf(text)).toContain(`${path}:${lineOf('colour')}: sheets[0].prices[0].colour: unknown field`);
    const amount = failureOf(text.replace(/,\s+"colour": "red"/, ''));
    expect(amount).toContain(`${path}:${lineOf('input_usd')}: sheets[0].prices[0].input_usd_per_million: must be`);
  });

  it('tells where the text is no JSON, and when there is no file', () => {
    expect(failureOf('{\n  "version": 1,\n  "sheets": [\n')).toMatch(/prices\.json:\d+/);
    expect(failureOf('[]')).toContain('prices.json:1: ');
    expect(() => readPriceFile(join(folder, 'none.json'))).toThrow(/ASBRU_PRICE_FILE cannot be read/);
  });

  it('is read', () => {
    writeFileSync(path, JSON.stringify({ version: 1, sheets: [] }));
    expect(readPriceFile(path)).toEqual({ records: [], unpriced: [], problems: [] });
  });
});
