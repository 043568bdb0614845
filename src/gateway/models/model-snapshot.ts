import type { DirectoryModel } from './merge-models.js';

/** The directory at one moment: immutable, replaced whole, made of Maps so that routing costs look-ups only. */
export class ModelSnapshot {
  readonly listed: readonly DirectoryModel[];
  /** `provider/id` of the listed models. */
  readonly routes: readonly string[];
  private readonly exact = new Map<string, DirectoryModel[]>();
  private readonly folded = new Map<string, DirectoryModel[]>();

  constructor(models: readonly DirectoryModel[]) {
    this.listed = models.filter((model) => model.listed);
    this.routes = this.listed.map(({ provider, entry }) => `${provider}/${entry.id}`);
    for (const model of models) {
      append(this.exact, model.entry.id, model);
      append(this.folded, model.entry.id.toLowerCase(), model);
    }
  }

  /** The models of this id, one for each provider; the letter case counts only if it makes a difference. */
  named(id: string): readonly DirectoryModel[] {
    return this.exact.get(id) ?? uniqueByProvider(this.folded.get(id.toLowerCase()) ?? []);
  }

  find(provider: string, id: string): DirectoryModel | undefined {
    const ofProvider = (model: DirectoryModel): boolean => model.provider === provider;
    return this.exact.get(id)?.find(ofProvider) ?? this.folded.get(id.toLowerCase())?.find(ofProvider);
  }
}

function append(map: Map<string, DirectoryModel[]>, key: string, model: DirectoryModel): void {
  const models = map.get(key);
  if (models) models.push(model);
  else map.set(key, [model]);
}

function uniqueByProvider(models: readonly DirectoryModel[]): readonly DirectoryModel[] {
  return [...new Map(models.map((model) => [model.provider, model])).values()];
}
