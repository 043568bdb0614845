import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { GatewayError } from '../../common/errors/gateway-error.js';
import type { KeyHolder } from '../../control/keys/key-directory.port.js';
import { permitsModel } from '../../control/keys/permitted-models.port.js';
import { GatewaySettingsStore } from '../../config/file/settings.port.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import type { Operation, Provider } from '../providers/provider.port.js';
import { aliasModel, aliasModels } from './alias-models.js';
import type { CatalogueEntry } from './catalogue/catalogue-entry.js';
import { ModelCatalogue } from './catalogue/model-catalogue.js';
import { claudeNameOf } from './claude-names.js';
import { KnownModels } from './known-models.port.js';
import { LiveModels, type ModelSource } from './live-models.js';
import { type DirectoryModel, mergeModels } from './merge-models.js';
import { ModelDirectoryOptions } from './model-directory.options.js';
import { ModelSnapshot } from './model-snapshot.js';

/** The listed models and where they come from. */
export interface ModelListing {
  readonly models: readonly DirectoryModel[];
  readonly source: ModelSource;
}

/**
 * The models of all providers: their live lists joined with the catalogue.
 * Questions of the KnownModels port are answered from the snapshot in memory, which starts as the catalogue;
 * only `list` and `find` wait, and only for the very first live list.
 */
@Injectable()
export class ModelDirectory extends KnownModels implements OnApplicationBootstrap, OnModuleDestroy {
  private live: ReadonlyMap<string, LiveModels> = new Map();
  private snapshot: ModelSnapshot;
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly providers: ProviderRegistry,
    private readonly catalogue: ModelCatalogue,
    private readonly options: ModelDirectoryOptions,
    private readonly settings: GatewaySettingsStore,
  ) {
    super();
    this.follow();
    this.snapshot = this.build();
    providers.onReplace(() => {
      this.follow();
      this.rebuild();
      if (options.background) void this.revalidate();
    });
  }

  onApplicationBootstrap(): void {
    if (!this.options.background) return;
    // Ticks at the shorter pause and asks only when due, so a failed start is mended before the next full period.
    this.timer = setInterval(() => void this.revalidate(), Math.min(this.options.refreshMs, this.options.retryMs));
    this.timer.unref();
    void this.revalidate();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /**
   * The models of GET /v1/models.
   * @param forClaudeCode adds names of the models under which Claude Code shows them
   * @param holder whose key may use what is listed
   */
  async list(forClaudeCode = false, holder?: KeyHolder): Promise<ModelListing> {
    await this.ready();
    const aliases = aliasModels(this.settings.current, (provider, id) => this.snapshot.find(provider, id));
    const named = forClaudeCode ? this.snapshot.listed.flatMap(asClaudeName) : [];
    const models = [...this.snapshot.listed, ...aliases, ...named];
    return { models: holder ? models.filter((model) => permits(holder, model)) : models, source: this.source() };
  }

  /** The model of an alias, of a `provider/id` route or of a bare id, listed or not. One that a key may not use is unknown to it. */
  async find(route: string, holder?: KeyHolder): Promise<DirectoryModel> {
    const model = await this.findAny(route);
    if (holder && !permits(holder, model)) throw withoutHints(route);
    return model;
  }

  private async findAny(route: string): Promise<DirectoryModel> {
    await this.ready();
    const alias = aliasModel(this.settings.current, route, (provider, id) => this.snapshot.find(provider, id));
    if (alias) return alias;
    const slash = route.indexOf('/');
    if (this.providers.get(route.slice(0, Math.max(slash, 0)))) {
      const model = this.snapshot.find(route.slice(0, slash), route.slice(slash + 1));
      if (model) return model;
      throw this.notFound(route);
    }
    const claudeNamed = this.routeOfClaudeName(route);
    if (claudeNamed !== undefined) return { ...(await this.findAny(claudeNamed)), alias: route };
    const [model, ...others] = this.snapshot.named(route);
    if (!model) throw this.notFound(route);
    if (others.length > 0) throw this.ambiguous(route, this.providersOf(route));
    return model;
  }

  /** What the provider has itself, beside what the gateway makes of its chat. */
  operationsOf(provider: string): ReadonlySet<Operation> {
    return this.providers.get(provider)?.operations ?? new Set();
  }

  providersOf(modelId: string): readonly string[] {
    return this.snapshot.named(modelId).map((model) => model.provider);
  }

  canonicalId(provider: string, modelId: string): string | undefined {
    return this.describe(provider, modelId)?.id;
  }

  all(): readonly string[] {
    return this.snapshot.routes;
  }

  describe(provider: string, modelId: string): CatalogueEntry | undefined {
    return this.snapshot.find(provider, modelId)?.entry;
  }

  /** Starts what is due, and waits, not for long, for providers that have never answered. */
  private async ready(): Promise<void> {
    const silent = [...this.live.values()].filter((live) => live.models === undefined);
    const started = this.revalidate();
    if (silent.length === 0) return;
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, this.options.firstListMs);
    await Promise.race([started, patience.promise]);
    clearTimeout(timer);
  }

  private async revalidate(): Promise<void> {
    await Promise.all([...this.live.values()].map((live) => live.revalidate()));
  }

  /** The least fresh of the lists; a provider that has none upstream does not count beside others that have. */
  private source(): ModelSource {
    const sources = new Set([...this.live.values()].map((live) => live.source));
    if (sources.size === 0 || sources.has('catalogue')) return 'catalogue';
    return sources.has('stale') ? 'stale' : 'live';
  }

  /** Keeps a live list for each provider that has one; those of providers that are gone go with them. */
  private follow(): void {
    const followed = new Map<string, LiveModels>();
    for (const provider of this.providers.all()) {
      if (!provider.operations.has('models') || isKeyless(provider)) continue;
      followed.set(provider.name, new LiveModels(provider, this.options, () => this.rebuild()));
    }
    this.live = followed;
  }

  private rebuild(): void {
    this.snapshot = this.build();
  }

  private build(): ModelSnapshot {
    return new ModelSnapshot(
      this.providers
        .all()
        .flatMap(({ name, kind }) => mergeModels(name, this.live.get(name)?.models, this.catalogue.of(kind))),
    );
  }
}

/** Whether only callers have keys: the gateway has none to ask for a list with. */
function isKeyless({ keys, passthrough }: Provider): boolean {
  return keys.length === 0 && passthrough !== undefined;
}

function permits(holder: KeyHolder, { provider, entry, alias }: DirectoryModel): boolean {
  return permitsModel(holder, provider, entry.id, alias);
}

function withoutHints(route: string): GatewayError {
  return new GatewayError('model_not_found', `The model '${route}' does not exist or you do not have access to it.`, {
    param: 'model',
  });
}

function asClaudeName(model: DirectoryModel): DirectoryModel[] {
  const alias = claudeNameOf(`${model.provider}/${model.entry.id}`);
  return alias === undefined ? [] : [{ ...model, alias }];
}
