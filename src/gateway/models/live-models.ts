import { Logger } from '@nestjs/common';
import type { Provider, UpstreamModel } from '../providers/provider.port.js';
import type { ModelDirectoryOptions } from './model-directory.options.js';

/** Where a list of models comes from: asked lately, asked long ago or the last question failed, or never answered. */
export type ModelSource = 'live' | 'stale' | 'catalogue';

/** One provider's live list: fetched once at a time, kept when a later fetch fails. */
export class LiveModels {
  private readonly logger = new Logger(LiveModels.name);
  private list?: readonly UpstreamModel[];
  private fetchedAt = -Infinity;
  private failedAt?: number;
  private flight?: Promise<void>;

  constructor(
    private readonly provider: Provider,
    private readonly options: ModelDirectoryOptions,
    private readonly onChange: () => void,
  ) {}

  get models(): readonly UpstreamModel[] | undefined {
    return this.list;
  }

  get source(): ModelSource {
    if (!this.list) return 'catalogue';
    return this.failedAt !== undefined || this.isOld() ? 'stale' : 'live';
  }

  /** Fetches the list if it is time to. Settles when no fetch is under way any more; never rejects. */
  async revalidate(): Promise<void> {
    if (this.isDue()) this.flight ??= this.fetch();
    await this.flight;
  }

  private isOld(): boolean {
    return performance.now() - this.fetchedAt >= this.options.refreshMs;
  }

  private isDue(): boolean {
    if (this.failedAt !== undefined) return performance.now() - this.failedAt >= this.options.retryMs;
    return this.isOld();
  }

  private async fetch(): Promise<void> {
    try {
      this.list = await this.answer();
      this.fetchedAt = performance.now();
      this.failedAt = undefined;
      this.onChange();
    } catch (error) {
      if (this.failedAt === undefined) this.logFailure(error);
      this.failedAt = performance.now();
    } finally {
      this.flight = undefined;
    }
  }

  private async answer(): Promise<readonly UpstreamModel[]> {
    const timeout = Promise.withResolvers<never>();
    const timer = setTimeout(() => timeout.reject(new Error('timed out')), this.options.timeoutMs);
    try {
      return await Promise.race([this.provider.listModels(), timeout.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  private logFailure(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.logger.warn(`The model list of ${this.provider.name} cannot be fetched: ${reason}`);
  }
}
