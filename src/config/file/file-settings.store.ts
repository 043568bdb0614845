import { createHash } from 'node:crypto';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Subject } from 'rxjs';
import { FileWatch, type WatchTimes } from './file-watch.js';
import type { GatewaySettings } from './gateway-settings.types.js';
import type { Environment } from './interpolation.js';
import { parseSettings, readSettingsFile } from './settings-loader.js';
import { GatewaySettingsStore, type ReloadOutcome, type SettingsFailure } from './settings.port.js';

/** Where signals come from: the process, except in tests. */
interface SignalSource {
  on(signal: 'SIGHUP', listener: () => void): unknown;
  off(signal: 'SIGHUP', listener: () => void): unknown;
}

/** How a file is kept up to date. */
export interface FileSettingsOptions extends Partial<WatchTimes> {
  readonly env?: Environment;
  readonly signals?: SignalSource;
}

const SETTLE_MS = 100;
const POLL_MS = 3_000;

/** What the file held when it was read: equal texts for equal content, and for equal failures to read it. */
interface Reading {
  readonly mark: string;
  readonly content: Buffer | Error;
}

/**
 * Settings from a file, read again when it changes and on SIGHUP. New content is checked whole before it takes the place
 * of the old; what cannot be used leaves the last good snapshot in force.
 */
export class FileSettingsStore extends GatewaySettingsStore implements OnApplicationShutdown {
  readonly changes = new Subject<GatewaySettings>();
  current: GatewaySettings;
  loadedAt = new Date();
  lastError: SettingsFailure | undefined;

  private readonly logger = new Logger(FileSettingsStore.name);
  private readonly watch: FileWatch;
  private readonly env: Environment;
  private readonly signals: SignalSource;
  /** The mark that was seen a moment ago and is used if it stays. */
  private pending: string | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  private readonly onSignal = (): void => void this.reload();

  private constructor(
    private readonly file: string,
    options: FileSettingsOptions,
    private used: string,
    settings: GatewaySettings,
  ) {
    super();
    this.current = settings;
    this.env = options.env ?? process.env;
    this.signals = options.signals ?? process;
    const times = { settleMs: options.settleMs ?? SETTLE_MS, pollMs: options.pollMs ?? POLL_MS };
    this.watch = new FileWatch(file, times, () => void this.inTurn(() => this.look()));
    this.signals.on('SIGHUP', this.onSignal);
  }

  /**
   * Loads a file and begins to watch it.
   * @throws SettingsError when it cannot be used: there is no last good one yet
   */
  static async open(file: string, options: FileSettingsOptions = {}): Promise<FileSettingsStore> {
    const content = await readSettingsFile(file);
    const settings = parseSettings(content, file, options.env ?? process.env);
    return new FileSettingsStore(file, options, markOf(content), settings);
  }

  override reload(): Promise<ReloadOutcome> {
    return this.inTurn(async () => this.use(await this.read()));
  }

  onApplicationShutdown(): void {
    this.signals.off('SIGHUP', this.onSignal);
    this.watch.close();
    this.changes.complete();
  }

  /** One reading at a time, or an older one could end after a newer one and win. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.queue.then(work);
    this.queue = result.catch(() => undefined);
    return result;
  }

  /** Uses new content once it has stayed the same for a moment: half a file may be valid too. */
  private async look(): Promise<void> {
    const reading = await this.read();
    const isNew = reading.mark !== this.used;
    if (isNew && reading.mark === this.pending) this.use(reading);
    else {
      this.pending = reading.mark;
      if (isNew) this.watch.hintSoon();
    }
  }

  private async read(): Promise<Reading> {
    try {
      const content = await readSettingsFile(this.file);
      return { mark: markOf(content), content };
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      return { mark: failure.message, content: failure };
    }
  }

  private use({ mark, content }: Reading): ReloadOutcome {
    this.used = mark;
    try {
      if (content instanceof Error) throw content;
      return this.swap(parseSettings(content, this.file, this.env));
    } catch (error) {
      this.fail(error);
      return 'failed';
    }
  }

  private swap(settings: GatewaySettings): ReloadOutcome {
    this.lastError = undefined;
    if (settings.version === this.current.version) return 'unchanged';
    const before = this.current.version;
    this.current = settings;
    this.loadedAt = new Date();
    this.logger.log({ config: settings.version, before, file: this.file }, 'configuration changed');
    this.changes.next(settings);
    return 'changed';
  }

  private fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.lastError = { message, at: new Date() };
    this.logger.error(
      { config: this.current.version, file: this.file, problem: message },
      'configuration kept: the file cannot be used',
    );
  }
}

function markOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
