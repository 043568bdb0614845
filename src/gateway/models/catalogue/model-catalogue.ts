import { Injectable } from '@nestjs/common';
import type { CatalogueEntry } from './catalogue-entry.js';

/** The models that the gateway knows without asking anybody, by kind of provider. */
@Injectable()
export class ModelCatalogue {
  constructor(private readonly entries: Readonly<Record<string, readonly CatalogueEntry[]>>) {}

  of(kind: string): readonly CatalogueEntry[] {
    return Object.hasOwn(this.entries, kind) ? (this.entries[kind] ?? []) : [];
  }
}
