import { type CatalogueEntry, UNKNOWN_CAPABILITIES, UNKNOWN_ENTRY } from './catalogue-entry.js';

const SOURCE = 'https://mastra.ai/models/providers/perplexity.md and LlamaIndex (2026-11-22)';

const sonar = (id: string, name: string, context: number, reasoning: boolean | null = null): CatalogueEntry => ({
  ...UNKNOWN_ENTRY,
  id,
  display_name: name,
  owner: 'Perplexity',
  context_length: context,
  capabilities: { ...UNKNOWN_CAPABILITIES, chat: true, streaming: true, reasoning },
  state: 'active',
  source: SOURCE,
});

/** Perplexity has no list of models: without these names, its models would have to be written with their provider. */
export const PERPLEXITY_CATALOGUE: readonly CatalogueEntry[] = [
  sonar('sonar', 'Sonar', 128_000),
  sonar('sonar-pro', 'Sonar Pro', 200_000),
  sonar('sonar-reasoning-pro', 'Sonar Reasoning Pro', 128_000, true),
  sonar('sonar-deep-research', 'Sonar Deep Research', 128_000, true),
];
