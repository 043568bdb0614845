import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Subscription } from 'rxjs';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { Clock } from '../../common/time/clock.port.js';
import type { GatewaySettings } from '../../config/file/gateway-settings.types.js';
import { GatewaySettingsStore } from '../../config/file/settings.port.js';
import { Notices } from '../notices/notices.port.js';
import { DeclarationError } from './declaration-error.js';
import { type Applied, Declarations, DECLARED_TOPIC } from './declarations.js';
import { type Deployment, deploymentOf } from './deployment.js';

/** How soon a database that is away is asked again. */
const AWAY_MS = 500;
/** What is in the way of a section may be removed through the API. */
const REFUSED_MS = 30_000;

/** Why this node's section is not in force. */
export interface DeclarationFailure {
  readonly message: string;
  readonly at: Date;
}

/** Applies the file's section at the start, and whenever it changes; what cannot be applied is tried again. */
@Injectable()
export class DeclarationFollower implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Governance');
  private subscription: Subscription | undefined;
  private stopHearing: (() => void) | undefined;
  private cancelRetry: (() => void) | undefined;
  private queue: Promise<void> = Promise.resolve();
  private stopped = false;
  /** The section of this node's file; undefined while it has none. */
  deployment: Deployment | undefined;
  lastError: DeclarationFailure | undefined;
  /** Whether another node's file is in force. */
  superseded = false;

  constructor(
    private readonly settings: GatewaySettingsStore,
    private readonly declarations: Declarations,
    private readonly notices: Notices,
    private readonly clock: Clock,
  ) {}

  /** Before the gateway listens; a database that is away does not keep it from starting. */
  async onApplicationBootstrap(): Promise<void> {
    this.stopHearing = this.notices.on(DECLARED_TOPIC, (version) => this.hear(version));
    this.subscription = this.settings.changes.subscribe((settings) => void this.take(settings));
    await this.take(this.settings.current);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    this.subscription?.unsubscribe();
    this.stopHearing?.();
    this.cancelRetry?.();
    await this.queue;
  }

  /** Takes up the section of a file; resolves when it has been tried once. Never rejects. */
  private take({ governance }: GatewaySettings): Promise<void> {
    if (!governance) return this.release();
    const deployment = deploymentOf(governance, new Date(this.clock.wallTime()));
    // Something else of the file has changed.
    if (deployment.version === this.deployment?.version) return this.queue;
    this.deployment = deployment;
    return this.tryNow();
  }

  /** A file without the section says nothing about who may call: what is there stays. */
  private release(): Promise<void> {
    const had = this.deployment !== undefined;
    this.deployment = undefined;
    this.lastError = undefined;
    this.superseded = false;
    this.cancelRetry?.();
    if (had) {
      this.logger.warn(
        "the file has no section 'governance' any more: what it declared stays, read-only. Write 'governance: {}' to remove it",
      );
    }
    return this.queue;
  }

  /** One after the other, so that the file's last version is applied last. */
  private tryNow(): Promise<void> {
    this.cancelRetry?.();
    this.queue = this.queue.then(() => this.tryOnce());
    return this.queue;
  }

  private async tryOnce(): Promise<void> {
    const { deployment } = this;
    if (!deployment || this.stopped) return;
    try {
      const applied = await this.declarations.apply(deployment);
      // What came meanwhile speaks for itself.
      if (this.deployment === deployment) this.note(deployment, applied);
    } catch (error) {
      if (this.deployment === deployment) this.fail(deployment, error);
    }
  }

  private note({ version, revision }: Deployment, applied: Applied): void {
    this.lastError = undefined;
    this.superseded = applied.outcome === 'superseded';
    if (applied.outcome === 'applied') {
      const changes = applied.changes.map(({ action, kind, address }) => `${action} ${kind} ${address}`);
      const shown = changes.slice(0, MOST_SHOWN);
      this.logger.log({ version, revision, count: changes.length, changes: shown }, "the file's governance is applied");
    } else if (applied.outcome === 'superseded') {
      const { version: theirs, revision: other, deployedAt, appliedBy } = applied.by;
      this.logger.warn(
        { version, revision, inForce: theirs, inForceRevision: other, deployedAt, appliedBy },
        "another node's file was deployed later, or has a higher revision: this node's governance is not applied",
      );
    }
  }

  private fail({ version }: Deployment, error: unknown): void {
    const away = error instanceof GatewayError && error.code === 'storage_unavailable';
    const known = away || error instanceof DeclarationError || error instanceof GatewayError;
    const message = known ? error.message : 'An unexpected error; the log has it.';
    // Told once, not at each attempt.
    if (this.lastError?.message !== message) {
      const what = known ? { problem: message } : { err: error };
      this.logger.error({ version, ...what }, "the file's governance cannot be applied: what was there stays in force");
    }
    this.lastError = { message, at: new Date(this.clock.wallTime()) };
    if (this.stopped) return;
    this.cancelRetry = this.clock.after(away ? AWAY_MS : REFUSED_MS, () => void this.tryNow());
  }

  private hear(version: string): void {
    const { deployment } = this;
    if (!deployment || this.lastError) return;
    const superseded = version !== deployment.version;
    if (superseded && !this.superseded) {
      this.logger.warn(
        { version: deployment.version, inForce: version },
        "another node has applied a file that differs from this node's",
      );
    }
    this.superseded = superseded;
  }
}

/** Changes in one line of the log. */
const MOST_SHOWN = 50;
