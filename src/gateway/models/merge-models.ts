import type { UpstreamModel } from '../providers/provider.port.js';
import { type CatalogueEntry, UNKNOWN_ENTRY } from './catalogue/catalogue-entry.js';

/** A model of the directory. */
export interface DirectoryModel {
  readonly provider: string;
  /** Whether GET /v1/models names it; one that is not listed is still found by its id. */
  readonly listed: boolean;
  readonly entry: CatalogueEntry;
  /** The operator's own name for it, which is then its id here. */
  readonly alias?: string;
}

/**
 * Joins a provider's live list (undefined while there is none) with the catalogue.
 * The live list is the authority on what is offered, the catalogue on everything else, the model's state too: the
 * sandbox offers models that Cerebras has retired, and who tries them there must see it.
 * The order is stable, because the upstream's own order varies from answer to answer.
 */
export function mergeModels(
  provider: string,
  live: readonly UpstreamModel[] | undefined,
  catalogue: readonly CatalogueEntry[],
): DirectoryModel[] {
  const offered = new Map(live?.map((model) => [model.id, model]));
  const known = catalogue.map((entry): DirectoryModel => {
    const upstream = offered.get(entry.id);
    offered.delete(entry.id);
    if (upstream) return { provider, listed: true, entry: offeredEntry(entry, upstream) };
    return { provider, listed: entry.guide || (live === undefined && isOpen(entry)), entry };
  });
  const unknown = [...offered.values()]
    .toSorted((a, b) => a.id.localeCompare(b.id))
    .map((model): DirectoryModel => ({ provider, listed: true, entry: liveEntry(provider, model) }));
  return [...known, ...unknown];
}

/** Whether the catalogue says that every key may use the model. */
function isOpen({ state }: CatalogueEntry): boolean {
  return state === 'active' || state === 'preview';
}

function offeredEntry(entry: CatalogueEntry, upstream: UpstreamModel): CatalogueEntry {
  return {
    ...entry,
    // Cerebras' list says `created: 0` for every model.
    created: upstream.created > 0 ? upstream.created : entry.created,
    owner: upstream.owned_by || entry.owner,
    context_length: entry.context_length ?? upstream.context_length ?? null,
  };
}

function liveEntry(provider: string, model: UpstreamModel): CatalogueEntry {
  return {
    ...UNKNOWN_ENTRY,
    id: model.id,
    display_name: model.id,
    owner: model.owned_by || provider,
    created: model.created,
    context_length: model.context_length ?? null,
    source: `Live list of ${provider}`,
  };
}
