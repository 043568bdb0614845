import { timingSafeEqual } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import { randomBase58 } from '../../../common/random/base58.js';
import { Clock } from '../../../common/time/clock.port.js';
import { AppConfig } from '../../../config/app.config.js';
import { KeyHasher } from '../../secrets/key-hasher.port.js';
import { FailureThrottle } from '../access/failure-throttle.js';
import { newAdminToken } from '../admin-tokens/admin-token-format.js';
import { type NewAdminTokenDto, presentNewToken } from '../admin-tokens/dto/admin-token.dto.js';
import { AdminDirectory } from '../directory/admin-directory.js';
import { OWNER } from '../roles/system-roles.js';
import type { AdminToken, SetupSecret } from '../store/admin-records.types.js';
import { AdminStore, type AdminTransaction } from '../store/admin-store.port.js';
import type { SetupDto } from './setup.dto.js';

/** Ten attempts at once from one address, and one every six seconds. */
const TERMS = { burst: 10, everyMs: 6_000 };
const VALID_MS = 24 * 3_600_000;
const MARK = 'asbru-setup-';
const SECRET_LENGTH = 40;
const ID_LENGTH = 24;
/** What is compared with when there is nothing, so that the work is the same. */
const NOTHING = '0'.repeat(64);

/** How an installation gets its first owner: whoever can read the gateway's own output, or has set its environment. */
@Injectable()
export class SetupService {
  private readonly logger = new Logger('Admin');
  private readonly attempts = new FailureThrottle(TERMS);

  constructor(
    private readonly store: AdminStore,
    private readonly directory: AdminDirectory,
    private readonly hasher: KeyHasher,
    private readonly config: AppConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * A new setup token, while nobody owns the installation and the environment has none; any earlier one is void.
   * undefined when there is no need of one.
   * @throws GatewayError 503 while the database is away
   */
  async issue(): Promise<string | undefined> {
    if (this.config.ASBRU_SETUP_TOKEN !== undefined) return undefined;
    const token = `${MARK}${randomBase58(SECRET_LENGTH)}`;
    const { digest } = this.hasher.hash(token);
    return this.store.change('all', async (records) => {
      if ((await records.countOwners()) > 0) return undefined;
      await records.keepSetupSecret({ digest, madeAt: this.now });
      return token;
    });
  }

  /**
   * Makes the first owner. Of several calls at once, one does.
   * @throws GatewayError 401 for any token but the right one, 409 when there is an owner, 429 after many attempts
   */
  async claim({ setup_token, name }: SetupDto, address: string): Promise<NewAdminTokenDto> {
    this.countAttempt(address);
    const { now } = this;
    const { token, prefix } = newAdminToken();
    const owner = ownerNamed(name, prefix, this.hasher.hash(token), now);
    await this.store.change('all', async (records) => {
      if (!this.isRight(setup_token, await records.setupSecret())) throw this.wrong(address);
      await this.makeOwner(records, owner);
    });
    this.logger.warn({ admin_token: owner.id, address }, 'the first owner of this installation was made');
    await this.directory.changed();
    return presentNewToken(owner, token, now);
  }

  private async makeOwner(records: AdminTransaction, owner: AdminToken): Promise<void> {
    if ((await records.countOwners()) > 0)
      throw new GatewayError('conflict', 'This installation has an owner already.');
    await records.insertToken(owner);
  }

  /** Both ways are always tried, whichever there is. */
  private isRight(sent: string, stored: SetupSecret | undefined): boolean {
    const candidates = this.hasher.candidates(sent).map(({ digest }) => digest);
    const named = this.config.ASBRU_SETUP_TOKEN;
    const expected = named === undefined ? NOTHING : this.hasher.hash(named).digest;
    const isNamed = includesDigest(candidates, expected);
    const isStored = includesDigest(candidates, stored?.digest ?? NOTHING);
    const isFresh = stored !== undefined && this.now.getTime() - stored.madeAt.getTime() < VALID_MS;
    return named === undefined ? isStored && isFresh : isNamed;
  }

  private countAttempt(address: string): void {
    const wait = this.attempts.note(address, this.clock.now());
    if (wait === 0) return;
    throw new GatewayError('own_rate_limit_exceeded', 'Too many attempts to set this installation up. Wait.', {
      wireCode: 'rate_limit_exceeded',
      headers: { 'retry-after': String(Math.ceil(wait / 1_000)) },
    });
  }

  private wrong(address: string): GatewayError {
    this.logger.warn({ address }, 'a wrong setup token was sent');
    return new GatewayError(
      'invalid_api_key',
      'The setup token is not valid. The gateway writes a new one to its standard error at each start, while nobody owns the installation.',
    );
  }

  private get now(): Date {
    return new Date(this.clock.wallTime());
  }
}

function ownerNamed(name: string, prefix: string, hash: { digest: string; pepperId: string }, now: Date): AdminToken {
  return {
    id: `adm_${randomBase58(ID_LENGTH)}`,
    organizationId: null,
    name,
    prefix,
    ...hash,
    roleId: OWNER,
    permissions: null,
    expiresAt: null,
    lastUsedAt: null,
    createdBy: 'setup',
    createdAt: now,
    updatedAt: now,
    revokedAt: null,
    revokedBy: null,
  };
}

function includesDigest(candidates: readonly string[], expected: string): boolean {
  const wanted = Buffer.from(expected, 'hex');
  let found = false;
  for (const candidate of candidates) found = timingSafeEqual(Buffer.from(candidate, 'hex'), wanted) || found;
  return found;
}
