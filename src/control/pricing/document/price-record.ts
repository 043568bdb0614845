import type { Pricings } from './pricing-reader.js';

/** Where a price comes from. */
export type PriceSource = 'book' | 'file' | 'override';

/** Something that holds in a time. Milliseconds since the epoch; `until` is exclusive. */
export interface Dated {
  readonly from: number;
  readonly until: number;
}

/** A dated price of a price document. */
export interface PriceRecord extends Dated {
  readonly source: Exclude<PriceSource, 'override'>;
  readonly provider: string;
  readonly model: string;
  readonly aliases: readonly string[];
  readonly pricing: Pricings;
  readonly sourceUrl: string;
  readonly readOn: string;
  readonly verified: boolean;
  readonly note: string | undefined;
}

/** A model that is known and has no price on purpose. */
export interface UnpricedModel {
  readonly provider: string;
  readonly model: string;
  readonly reason: string;
  readonly sourceUrl: string;
  readonly readOn: string;
}

/** `<provider>/<model>@<valid from>`. */
export function priceId(provider: string, model: string, from: number): string {
  return `${provider}/${model}@${momentText(from)}`;
}

/** The day when it is midnight in UTC, else the moment. */
export function momentText(at: number): string {
  const text = new Date(at).toISOString();
  return at % 86_400_000 === 0 ? text.slice(0, 10) : text.replace('.000', '');
}

const MOMENT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z)?$/;

/** Milliseconds of a day or a moment of UTC; undefined for what is in no calendar, such as the 31st of February. */
export function readMoment(text: string): number | undefined {
  if (!MOMENT.test(text)) return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at)) return undefined;
  return new Date(at).toISOString().startsWith(text.slice(0, 10)) ? at : undefined;
}
