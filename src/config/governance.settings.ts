import { IsIn, IsInt, IsOptional, IsString, IsUrl, Min } from 'class-validator';
import { IsGuessProof } from './guess-proof.js';
import { IsListOf, listOf } from './list-setting.js';
import { ProviderKeySettings } from './provider-key.settings.js';

/** Settings whose value may hold a password: no message repeats it. */
export const SECRET_SETTINGS: ReadonlySet<string> = new Set([
  'DATABASE_URL',
  'REDIS_URL',
  'ASBRU_SECRET',
  'ASBRU_SETUP_TOKEN',
  'ASBRU_AUDIT_KEY',
]);

const AUTH_MODES = ['open', 'required'] as const;
export const SWITCH = ['on', 'off'] as const;

/** Settings of the control plane: who may call, and where what is counted is kept. */
export class GovernanceSettings extends ProviderKeySettings {
  /** Counters, leases and notices that several gateways share, as `redis://:password@host:6379/0`. Default: one gateway. */
  @IsOptional()
  @IsUrl({ protocols: ['redis', 'rediss'], require_tld: false, require_protocol: true })
  REDIS_URL?: string;

  /** Whether callers need a virtual key. Default: `required` in production, else `open`. */
  @IsOptional()
  @IsIn(AUTH_MODES)
  ASBRU_AUTH?: (typeof AUTH_MODES)[number];

  /** Secrets that keys are hashed with, the newest first, as `new,old`. Default: one that is made in the data folder. */
  @IsOptional()
  @IsListOf('secrets of at least 32 characters', (part) => part.length >= 32)
  ASBRU_SECRET?: string;

  /** One-time token that makes the first owner, for installations that nobody watches. Default: one that is written to standard error. */
  @IsOptional()
  @IsGuessProof()
  ASBRU_SETUP_TOKEN?: string;

  /** Folder of the write-ahead log of usage and of what else belongs to one process. */
  @IsString()
  ASBRU_DATA_DIR: string = './data';

  /** Ed25519 private key that checkpoints of the audit log are signed with: PEM, or base64 of its PKCS #8 or of its 32 bytes. Default: one that is made in the data folder. */
  @IsOptional()
  @IsString()
  ASBRU_AUDIT_KEY?: string;

  /** Largest write-ahead log of usage: when the database was away for so long that it is full, calls are refused. */
  @IsInt()
  @Min(65_536)
  ASBRU_LEDGER_MAX_BYTES: number = 1024 * 1024 * 1024;

  /** A file with prices that take the place of the price book's, in the form that the book is exported in. Default: none. */
  @IsOptional()
  @IsString()
  ASBRU_PRICE_FILE?: string;

  /** Whether a gateway that cannot reach its database may start with the keys of its last day, which are on its disk, encrypted. */
  @IsIn(SWITCH)
  ASBRU_BOOT_FROM_SNAPSHOT: (typeof SWITCH)[number] = 'off';

  /** Secrets that keys are hashed with, the newest first; none: one is made in the data folder. */
  get secrets(): string[] {
    return listOf(this.ASBRU_SECRET);
  }
}
