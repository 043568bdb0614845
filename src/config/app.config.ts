import 'reflect-metadata'; // First: without it the decorators below know no types, and numbers stay text.
import { existsSync } from 'node:fs';
import { plainToInstance } from 'class-transformer';
import {
  getMetadataStorage,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  IsUrl,
  Max,
  Min,
  validateSync,
} from 'class-validator';
import { isAllowedHost } from '../common/http/host-rule.js';
import { isNetwork } from '../common/http/trusted-proxies.js';
import { ConfigError } from './config-error.js';
import {
  type DatabaseAddress,
  DEFAULT_DATABASE_URL,
  IsDatabaseUrl,
  isInMemory,
  readDatabaseUrl,
} from './database-url.js';
import { IsListOf, listOf } from './list-setting.js';
import { SECRET_SETTINGS, SWITCH } from './governance.settings.js';
import { hasProviderKey } from './provider-keys.js';
import { TracingSettings, URL_RULES } from './tracing.settings.js';
import { defaultWorkers } from './worker.settings.js';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
/** Configuration file that is used when it exists and no other is named. */
const DEFAULT_FILE = 'asbru.yaml';
/** A name or pattern, and what it stands for. */
const ALIAS = /^[^\s=]+=[^\s=]+$/;

/** Every setting that Asbru reads from the environment, with its default. Times are milliseconds, sizes bytes. */
export class AppConfig extends TracingSettings {
  /** Selects production rules: no sandbox, all network interfaces. */
  @IsOptional()
  @IsString()
  NODE_ENV?: string;

  /** TCP port; 0 takes a free one. */
  @IsInt()
  @Min(0)
  @Max(65_535)
  PORT: number = 8080;

  /** Address to listen on. Default: 0.0.0.0 in production, else 127.0.0.1. */
  @IsOptional()
  @IsString()
  HOST?: string;

  /** Path of the configuration file. Default: asbru.yaml in the working directory, if it exists. */
  @IsOptional()
  @IsString()
  ASBRU_CONFIG?: string;

  /** Key of the Cerebras account. Without it and without a configuration file the sandbox answers, outside production. */
  @IsOptional()
  @IsString()
  CEREBRAS_API_KEY?: string;

  /** Origin (and path prefix) of the Cerebras API. */
  @IsUrl(URL_RULES)
  CEREBRAS_BASE_URL: string = 'https://api.cerebras.ai';

  /** Whether a public name in CEREBRAS_BASE_URL may lead to private addresses. */
  @IsIn(SWITCH)
  ASBRU_ALLOW_PRIVATE_ADDRESSES: (typeof SWITCH)[number] = 'off';

  /** Other names of models, as `claude-*=cerebras/gpt-oss-120b,small=cerebras/zai-glm-4.7`. */
  @IsOptional()
  @IsListOf('aliases, as in claude-*=cerebras/gpt-oss-120b', (part) => ALIAS.test(part))
  ASBRU_MODEL_ALIASES?: string;

  /** Where stored state is: `sqlite:<path>`, `sqlite::memory:` or `postgres://user:password@host/database`. */
  @IsDatabaseUrl()
  DATABASE_URL: string = DEFAULT_DATABASE_URL;

  /** Whether responses are stored; `off` means that no prompt and no answer is ever written down. */
  @IsIn(SWITCH)
  ASBRU_RESPONSE_STORE: (typeof SWITCH)[number] = 'on';

  /** How many days a stored response is kept. */
  @IsNumber()
  @Min(0.001)
  @Max(3650)
  ASBRU_RESPONSE_TTL_DAYS: number = 30;

  @IsIn(LOG_LEVELS)
  ASBRU_LOG_LEVEL: (typeof LOG_LEVELS)[number] = 'info';

  /** Largest request body, after decompression. */
  @IsInt()
  @Min(1024)
  @Max(256 * 1024 * 1024)
  ASBRU_BODY_LIMIT: number = 10 * 1024 * 1024;

  /** Largest upload: a form with a file, which is passed on while it arrives. */
  @IsInt()
  @Min(1024)
  ASBRU_UPLOAD_LIMIT: number = 512 * 1024 * 1024;

  /** Longest time to set up a connection to an upstream. */
  @IsInt()
  @Min(1)
  ASBRU_CONNECT_TIMEOUT_MS: number = 2_000;

  /** Longest time from sending a request to the first byte of its answer. */
  @IsInt()
  @Min(1)
  ASBRU_FIRST_BYTE_TIMEOUT_MS: number = 60_000;

  /** Longest silence inside an answer; comments of the upstream are silence. */
  @IsInt()
  @Min(1)
  ASBRU_IDLE_TIMEOUT_MS: number = 30_000;

  /** Longest time for a whole answer. */
  @IsInt()
  @Min(1)
  ASBRU_TOTAL_TIMEOUT_MS: number = 900_000;

  /** Silence after which a stream's client gets a comment. */
  @IsInt()
  @Min(10)
  ASBRU_KEEP_ALIVE_MS: number = 10_000;

  /** After SIGTERM, how long requests are still accepted so that load balancers notice that readiness is off. */
  @IsInt()
  @Min(0)
  ASBRU_PRESTOP_MS: number = 0;

  /** Longest time that running requests get to end at shutdown. */
  @IsInt()
  @Min(0)
  ASBRU_DRAIN_MS: number = 300_000;

  /** How long a client's idle connection stays open; longer than any load balancer in front keeps it. */
  @IsInt()
  @Min(1_000)
  ASBRU_HTTP_KEEP_ALIVE_MS: number = 75_000;

  /** Hosts that requests may name, as `example.com,*.example.com,10.0.0.1:8080`. Default: any. */
  @IsOptional()
  @IsListOf('names of hosts, as in api.example.com,*.example.org', isAllowedHost)
  ASBRU_ALLOWED_HOSTS?: string;

  /** Proxies whose `X-Forwarded-For` is believed, as `10.0.0.0/8,192.168.1.5`. Default: none. */
  @IsOptional()
  @IsListOf('addresses or networks, as in 10.0.0.0/8,192.168.1.5', isNetwork)
  ASBRU_TRUSTED_PROXIES?: string;

  /** How often an upstream request that failed before its first token is tried again. */
  @IsInt()
  @Min(0)
  @Max(10)
  ASBRU_MAX_RETRIES: number = 2;

  /** How long a list of models is served before it is fetched again. */
  @IsInt()
  @Min(1_000)
  ASBRU_MODELS_REFRESH_MS: number = 300_000;

  /** Most requests that are answered at once; more are refused with 503. */
  @IsInt()
  @Min(1)
  ASBRU_MAX_IN_FLIGHT: number = 2_000;

  /** Delay of the event loop (99th percentile) above which new requests are refused with 503. */
  @IsInt()
  @Min(10)
  ASBRU_SHED_LOOP_DELAY_MS: number = 500;

  /** Whether there is GET /metrics. */
  @IsIn(SWITCH)
  ASBRU_METRICS: (typeof SWITCH)[number] = 'on';

  /** A port of its own for /metrics. Default: the port of the API. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(65_535)
  ASBRU_METRICS_PORT?: number;

  /** Pause between two pieces of a streamed answer of the built-in sandbox. */
  @IsInt()
  @Min(0)
  @Max(10_000)
  ASBRU_SANDBOX_PACE_MS: number = 4;

  get isProduction(): boolean {
    return this.NODE_ENV === 'production';
  }

  /** Whether the built-in sandbox stands in for Cerebras. */
  get usesSandbox(): boolean {
    if (this.CEREBRAS_API_KEY || this.ASBRU_CONFIG !== undefined) return false;
    // Whoever runs another provider in production does without Cerebras, not with a simulator of it.
    return !this.isProduction || !hasProviderKey(this);
  }

  /** Whether a caller without a virtual key is refused. */
  get requiresKeys(): boolean {
    return this.ASBRU_AUTH === undefined ? this.isProduction : this.ASBRU_AUTH === 'required';
  }

  get database(): DatabaseAddress {
    const address = readDatabaseUrl(this.DATABASE_URL);
    if (!address) throw new ConfigError('DATABASE_URL is no URL of a database');
    return address;
  }

  /** How many processes answer. What is in the memory of one alone, as the sandbox or its database, others would not see. */
  get workers(): number {
    return this.ASBRU_WORKERS ?? (this.usesSandbox || isInMemory(this.database) ? 1 : defaultWorkers());
  }

  /** Where the metrics are: on the port of the API, on one of their own, or nowhere. */
  get metricsPlace(): 'main' | 'own' | 'none' {
    if (this.ASBRU_METRICS === 'off') return 'none';
    return this.ASBRU_METRICS_PORT === undefined || this.ASBRU_METRICS_PORT === this.PORT ? 'main' : 'own';
  }

  get allowedHosts(): string[] {
    return listOf(this.ASBRU_ALLOWED_HOSTS);
  }

  /** From names and patterns to what they stand for. */
  get modelAliases(): Record<string, string> {
    return Object.fromEntries(listOf(this.ASBRU_MODEL_ALIASES).map((part) => part.split('=')));
  }

  get trustedProxies(): string[] {
    return listOf(this.ASBRU_TRUSTED_PROXIES);
  }

  get host(): string {
    return this.HOST ?? (this.isProduction ? '0.0.0.0' : '127.0.0.1');
  }
}

/** Reads the environment. @throws Error that names each wrong setting and how to mend it */
export function validateConfig(env: Record<string, unknown>): AppConfig {
  const names = new Set(
    getMetadataStorage()
      .getTargetValidationMetadatas(AppConfig, '', false, false)
      .map((rule) => rule.propertyName),
  );
  // Compose files pass unset variables as empty strings.
  const given = Object.fromEntries(Object.entries(env).filter(([name, value]) => names.has(name) && value !== ''));
  const config = plainToInstance(AppConfig, given, { enableImplicitConversion: true, exposeDefaultValues: true });
  if (config.ASBRU_CONFIG === undefined && existsSync(DEFAULT_FILE)) config.ASBRU_CONFIG = DEFAULT_FILE;
  const problems = validateSync(config).flatMap((error) =>
    Object.values(error.constraints ?? {}).map(
      (text) =>
        `  ${text}${SECRET_SETTINGS.has(error.property) ? '' : `, but it is '${String(given[error.property])}'`}`,
    ),
  );
  if (config.isProduction && config.usesSandbox) {
    problems.push(
      '  CEREBRAS_API_KEY is not set and there is no asbru.yaml. In production Asbru has no sandbox: set CEREBRAS_API_KEY or the key of another provider, name a configuration file in ASBRU_CONFIG, or unset NODE_ENV.',
    );
  }
  if (config.ASBRU_WORKERS !== undefined && config.ASBRU_WORKERS > 1 && config.DATABASE_URL === 'sqlite::memory:') {
    problems.push(
      '  ASBRU_WORKERS is more than 1, and each worker would have a sqlite::memory: of its own: name a file in DATABASE_URL.',
    );
  }
  if (problems.length > 0) throw new ConfigError(`Asbru cannot start with these settings:\n${problems.join('\n')}`);
  return config;
}
