import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import { Clock } from '../../../common/time/clock.port.js';
import { SetupService } from './setup.service.js';

/** Between two looks whether the database is there, in milliseconds. */
const RETRY_MS = 1_000;

/** Tells whoever starts the gateway how it gets its first owner. */
@Injectable()
export class SetupAnnouncer implements OnModuleDestroy {
  private readonly logger = new Logger('Admin');
  private cancel: (() => void) | undefined;
  private closed = false;

  constructor(
    private readonly setup: SetupService,
    private readonly clock: Clock,
  ) {}

  /** Writes a new setup token once, if nobody owns the installation; as soon as the database is there. Never rejects. */
  async announce(write: (text: string) => void, url: string): Promise<void> {
    try {
      const token = await this.setup.issue();
      if (token !== undefined) write(banner(token, url));
    } catch (error) {
      const isAway = error instanceof GatewayError && error.code === 'storage_unavailable';
      if (!isAway) this.logger.error({ err: error }, 'no setup token could be made');
      if (isAway && !this.closed) this.cancel = this.clock.after(RETRY_MS, () => void this.announce(write, url));
    }
  }

  onModuleDestroy(): void {
    this.closed = true;
    this.cancel?.();
  }
}

function banner(token: string, url: string): string {
  return `
┌──────────────────────────────────────────────────────────────────────────┐
│  SETUP: nobody administers this installation yet.                        │
│  Make yourself its owner with this token, once, within 24 hours:         │
└──────────────────────────────────────────────────────────────────────────┘
  ${token}

  curl ${url}/admin/v1/setup \\
    -H 'content-type: application/json' \\
    -d '{"setup_token": "${token}", "name": "owner"}'

`;
}
