import type { ErrorObject, ValidateFunction } from 'ajv';
import { below, type Pointer } from '../../../config/file/json-pointer.js';
import { schemaCompiler } from './schema-compiler.js';
import { PRICE_DOCUMENT_SCHEMA } from './price-document.schema.js';
import type { PriceDocument, PriceSheet, WrittenPrice } from './price-document.types.js';
import { type PriceRecord, readMoment, type UnpricedModel } from './price-record.js';
import { type PriceProblem, readPricing } from './pricing-reader.js';

export interface ReadDocument {
  readonly records: readonly PriceRecord[];
  readonly unpriced: readonly UnpricedModel[];
  readonly problems: readonly PriceProblem[];
}

let compiled: ValidateFunction<PriceDocument> | undefined;

/** Checks a price document and turns its dollars into integers. */
export function readPriceDocument(data: unknown, source: PriceRecord['source']): ReadDocument {
  compiled ??= schemaCompiler(true).compile<PriceDocument>(PRICE_DOCUMENT_SCHEMA);
  if (!compiled(data)) return { records: [], unpriced: [], problems: (compiled.errors ?? []).map(problemOf) };
  return readWellFormed(data, source);
}

/** The same for a document that is known to have the form of one. */
export function readWellFormed(data: PriceDocument, source: PriceRecord['source']): ReadDocument {
  const problems: PriceProblem[] = [];
  const report = (pointer: Pointer, message: string): void => void problems.push({ pointer, message });
  const names = new Map<string, Named[]>();
  const records = data.sheets.flatMap((sheet, index) => {
    const at = below(below('', 'sheets'), index);
    if (readMoment(sheet.read_on) === undefined) report(below(at, 'read_on'), NO_DAY);
    return sheet.prices.map((price, position) => {
      const place = below(below(at, 'prices'), position);
      const record = readPrice(sheet, price, source, place, report);
      for (const name of new Set([price.model, ...(price.aliases ?? [])])) {
        noteName(names, `${sheet.provider}\n${name}`, { record, place, name }, report);
      }
      return record;
    });
  });
  return { records, unpriced: data.sheets.flatMap(unpricedOf), problems };
}

function unpricedOf({ provider, source, read_on: readOn, unpriced = {} }: PriceSheet): UnpricedModel[] {
  return Object.entries(unpriced).map(([model, reason]) => ({ provider, model, reason, sourceUrl: source, readOn }));
}

type Report = (pointer: Pointer, message: string) => void;

interface Named {
  readonly record: PriceRecord;
  readonly place: Pointer;
  readonly name: string;
}

const NO_DAY = 'is no day of the calendar';

function readPrice(
  sheet: PriceSheet,
  price: WrittenPrice,
  source: PriceRecord['source'],
  place: Pointer,
  report: Report,
): PriceRecord {
  const from = readMoment(price.valid_from) ?? Number.NaN;
  const until = price.valid_until === undefined ? Infinity : (readMoment(price.valid_until) ?? Number.NaN);
  if (Number.isNaN(from)) report(below(place, 'valid_from'), NO_DAY);
  if (Number.isNaN(until)) report(below(place, 'valid_until'), NO_DAY);
  else if (until <= from) report(below(place, 'valid_until'), 'must be later than valid_from');
  return {
    source,
    from,
    until,
    provider: sheet.provider,
    model: price.model,
    aliases: price.aliases ?? [],
    pricing: readPricing(price, place, report),
    sourceUrl: price.source ?? sheet.source,
    readOn: sheet.read_on,
    verified: price.verified,
    note: price.note,
  };
}

/** A name has one price at a time, and always stands for the same model. */
function noteName(names: Map<string, Named[]>, key: string, added: Named, report: Report): void {
  const others = names.get(key) ?? [];
  names.set(key, [...others, added]);
  for (const { record } of others) {
    if (record.from < added.record.until && added.record.from < record.until) {
      report(added.place, `'${added.name}' has another price in this time: since ${dayOf(record.from)}`);
    }
  }
}

function dayOf(at: number): string {
  return Number.isNaN(at) ? 'ever' : new Date(at).toISOString().slice(0, 10);
}

/** What the schema did not like, in words. */
export function problemOf({ instancePath, keyword, params, message }: ErrorObject): PriceProblem {
  if (keyword === 'additionalProperties') {
    return { pointer: below(instancePath, String(params['additionalProperty'])), message: 'unknown field' };
  }
  if (keyword === 'required') {
    return { pointer: instancePath, message: `the field '${String(params['missingProperty'])}' is missing: add it` };
  }
  if (keyword === 'pattern')
    return { pointer: instancePath, message: PATTERNS[String(params['pattern']).slice(0, 4)] ?? FORM };
  return { pointer: instancePath, message: message ?? FORM };
}

const FORM = 'has the wrong form';
/** By the beginning of the schema's patterns. */
const PATTERNS: Readonly<Record<string, string>> = {
  [String.raw`^\d{`]: 'must be a day or a moment of UTC, as in 2026-11-22 or 2026-11-22T16:00:00Z',
  '^htt': 'must be an address, as in https://example.com/pricing',
};
