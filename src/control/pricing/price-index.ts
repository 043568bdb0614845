import type { PriceRecord, UnpricedModel } from './document/price-record.js';
import type { ReadDocument } from './document/price-document.reader.js';

type ByName = Map<string, PriceRecord[]>;

/** Dated prices by provider and by each name of a model. Immutable. */
export class PriceIndex {
  private readonly providers = new Map<string, ByName>();

  private constructor(
    /** By provider, model and time. */
    readonly records: readonly PriceRecord[],
    readonly unpriced: readonly UnpricedModel[],
  ) {
    for (const record of records) {
      const names = this.providers.get(record.provider) ?? new Map<string, PriceRecord[]>();
      this.providers.set(record.provider, names);
      for (const name of new Set([record.model, ...record.aliases])) {
        names.set(name, [...(names.get(name) ?? []), record]);
      }
    }
  }

  static of({ records, unpriced }: Omit<ReadDocument, 'problems'>): PriceIndex {
    return new PriceIndex(records.toSorted(byName), unpriced);
  }

  /**
   * A book with an operator's file on top of it. What the file says of a model takes the place of all that the book
   * says of it; the book's other names of the model go with it, and a name that the file uses is its own.
   */
  static layered(book: ReadDocument, file: ReadDocument): PriceIndex {
    const models = new Set(file.records.map(({ provider, model }) => keyOf(provider, model)));
    const names = new Set(
      file.records.flatMap(({ provider, model, aliases }) => [model, ...aliases].map((name) => keyOf(provider, name))),
    );
    const isFree = (provider: string) => (name: string) => !names.has(keyOf(provider, name));
    const kept = book.records
      .filter(({ provider, model }) => isFree(provider)(model))
      .map((record) => withAliases(record, record.aliases.filter(isFree(record.provider))));
    const inherited = new Map<string, string[]>();
    for (const { provider, model, aliases } of book.records) {
      const key = keyOf(provider, model);
      if (models.has(key)) inherited.set(key, [...(inherited.get(key) ?? []), ...aliases.filter(isFree(provider))]);
    }
    const added = file.records.map((record) =>
      withAliases(record, [...record.aliases, ...(inherited.get(keyOf(record.provider, record.model)) ?? [])]),
    );
    const unpriced = [...file.unpriced, ...book.unpriced].filter(({ provider, model }) => isFree(provider)(model));
    return PriceIndex.of({ records: [...kept, ...added], unpriced });
  }

  /**
   * All prices that a name of a model has over time. The book knows types of providers; an operator's file may also
   * have prices for a provider by its own name, which go first.
   */
  find(provider: string, kind: string, model: string): readonly PriceRecord[] {
    const named = provider === kind ? NONE : this.named(provider, model).filter(({ source }) => source === 'file');
    return named.length > 0 ? named : this.named(kind, model);
  }

  private named(provider: string, model: string): readonly PriceRecord[] {
    return this.providers.get(provider)?.get(model) ?? NONE;
  }
}

const NONE: readonly PriceRecord[] = [];

function withAliases(record: PriceRecord, aliases: readonly string[]): PriceRecord {
  return { ...record, aliases: [...new Set(aliases)] };
}

const keyOf = (provider: string, name: string): string => `${provider}\n${name}`;

function byName(a: PriceRecord, b: PriceRecord): number {
  return compare(a.provider, b.provider) || compare(a.model, b.model) || a.from - b.from;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
