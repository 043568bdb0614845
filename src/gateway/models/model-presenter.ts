import type { ModelDto } from './dto/model.dto.js';
import type { ModelListDto } from './dto/model-list.dto.js';
import type { Operation } from '../providers/provider.port.js';
import type { DirectoryModel } from './merge-models.js';

/** One body that satisfies OpenAI's and Anthropic's clients, so the `anthropic-version` header changes nothing. */
export function presentModels(models: readonly DirectoryModel[], operationsOf: OperationsOf): ModelListDto {
  const data = models.map((model) => presentModel(model, operationsOf));
  return {
    object: 'list',
    data,
    has_more: false,
    first_id: data.at(0)?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}

/** What a provider has itself. */
export type OperationsOf = (provider: string) => ReadonlySet<Operation>;

export function presentModel({ provider, entry, alias }: DirectoryModel, operationsOf: OperationsOf): ModelDto {
  const created = unixSeconds(entry.created);
  return {
    id: alias ?? `${provider}/${entry.id}`,
    object: 'model',
    created,
    owned_by: entry.owner,
    type: 'model',
    display_name: alias === undefined ? entry.display_name : `${entry.display_name} (${alias})`,
    created_at: new Date(created * 1000).toISOString().replace('.000Z', 'Z'),
    description: entry.description,
    context_length: entry.context_length,
    max_output_tokens: entry.max_output_tokens,
    max_input_tokens: entry.context_length,
    max_tokens: entry.max_output_tokens,
    pricing: entry.pricing,
    input_modalities: mutable(entry.input_modalities),
    output_modalities: mutable(entry.output_modalities),
    supported_parameters: mutable(entry.supported_parameters),
    capabilities: entry.capabilities,
    reasoning_efforts: mutable(entry.reasoning_efforts),
    default_reasoning_effort: entry.default_reasoning_effort,
    operations: [...operationsOf(provider)].filter((operation) => operation !== 'models'),
    state: entry.state,
    deprecated: entry.deprecated,
  };
}

/** Largest number of seconds that a Date can hold (ECMA-262, time range). */
const MAX_SECONDS = 8_640_000_000_000;

/** OpenAI's clients require an integer; an upstream's nonsense must not break the whole list. */
function unixSeconds(created: number): number {
  return Number.isInteger(created) && created > 0 && created <= MAX_SECONDS ? created : 0;
}

function mutable(values: readonly string[] | null): string[] | null {
  return values === null ? null : [...values];
}
