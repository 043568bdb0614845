import { Injectable, type LoggerService, type OnApplicationShutdown } from '@nestjs/common';
import { type DestinationStream, type Logger as Pino, pino } from 'pino';
import { textOr } from '../common/json/text.js';
import { WorkerGroup } from '../common/workers/worker-group.port.js';
import { AppConfig } from '../config/app.config.js';
import { LineOutput } from './line-output.js';
import { withSourceLines } from './source-lines.js';

/** Names whose values never reach a log line, at the top and one level down. */
const SECRETS = ['authorization', 'apiKey', 'api_key', 'cookie', '["x-api-key"]'];
/** Lines are gathered up to this many bytes, or this many milliseconds, and written at once. */
const BUFFER_BYTES = 64 * 1024;
const FLUSH_MS = 250;
/** A pipe takes so much at once or not at all: the lines of several workers do not get into each other. */
const ATOMIC_BYTES = 4 * 1024;

/** Parts of Nest that tell of each module and route at start. */
const NEST_CONTEXTS = new Set<unknown>([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
]);

/** Of lines that tell of requests. */
export type AccessLevel = 'info' | 'debug';
type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** JSON logs on standard output, for Nest and for the access log. Bodies and keys are never given to it. */
@Injectable()
export class AppLogger implements LoggerService, OnApplicationShutdown {
  readonly pino: Pino;
  private readonly output: LineOutput;
  /** Fields of each line, as JSON. */
  private readonly fixed: string;
  private readonly flushing: NodeJS.Timeout;

  constructor(config: AppConfig, group: WorkerGroup) {
    // A write for each line would be a system call for each request.
    this.output = new LineOutput(group.isAlone ? BUFFER_BYTES : ATOMIC_BYTES);
    this.flushing = setInterval(() => this.output.flush(), FLUSH_MS).unref();
    const base = {
      level: config.ASBRU_LOG_LEVEL,
      base: { service: 'asbru', ...(!group.isAlone && { worker: group.id }) },
      serializers: { err: ofError },
    };
    this.fixed = JSON.stringify(base.base).slice(1, -1);
    this.pino = pino({ ...base, redact: { paths: redactedPaths(), censor: '[redacted]' } }, this.urgent());
  }

  /** What Nest says of its modules and routes is of use only to who works on them. */
  log(message: unknown, ...rest: unknown[]): void {
    this.write(NEST_CONTEXTS.has(rest.at(-1)) ? 'debug' : 'info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /**
   * A line of the access log, as pino would write it. Its fields are chosen one by one and need no redaction, so they are
   * serialised at once: with pino each field costs a call, a fifth of what all of telemetry does for a request.
   */
  access(level: AccessLevel, fields: Readonly<Record<string, unknown>>): void {
    if (!this.isEnabled(level)) return;
    const head = `{"level":${pino.levels.values[level]},"time":${Date.now()},${this.fixed},`;
    this.output.write(`${head}${JSON.stringify(fields).slice(1)}\n`);
  }

  isEnabled(level: AccessLevel): boolean {
    return this.pino.isLevelEnabled(level);
  }

  onApplicationShutdown(): void {
    clearInterval(this.flushing);
    this.output.flushSync();
  }

  /** Lines other than those of requests are rare, and worth having when the process dies. */
  private urgent(): DestinationStream {
    return {
      write: (line) => {
        this.output.write(line);
        this.output.flush();
      },
    };
  }

  /** Nest calls with (message, context) or (object, message, context); errors come with their stack before the context. */
  private write(level: Level, message: unknown, rest: unknown[]): void {
    const context = rest.pop();
    if (message instanceof Error) this.pino[level]({ err: message, context });
    else if (typeof message === 'object') this.pino[level]({ ...message, context }, rest.map(String).join(' '));
    else
      this.pino[level](
        { context, detail: rest.length > 0 ? rest.map((part) => withSourceLines(String(part))) : undefined },
        textOr(message, typeof message),
      );
  }
}

function ofError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const fields = pino.stdSerializers.err(error);
  fields.stack = withSourceLines(fields.stack);
  return fields;
}

function redactedPaths(): string[] {
  return SECRETS.flatMap((name) => [name, name.startsWith('[') ? `*${name}` : `*.${name}`]);
}
