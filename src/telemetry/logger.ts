import { Injectable, type LoggerService } from '@nestjs/common';
import { pino, type Logger as Pino } from 'pino';
import { AppConfig } from '../config/app.config.js';

/** Header and field names whose values never reach a log line. */
const SECRETS = ['authorization', 'apiKey', 'api_key', 'cookie', '["x-api-key"]'];

/** JSON logs on standard output, for Nest and for the access log. Bodies and keys are never given to it. */
@Injectable()
export class AppLogger implements LoggerService {
  readonly pino: Pino;

  constructor(config: AppConfig) {
    this.pino = pino({
      level: config.ASBRU_LOG_LEVEL,
      base: { service: 'asbru' },
      redact: {
        paths: SECRETS.flatMap((name) => [name, `*${name.startsWith('[') ? '' : '.'}${name}`]),
        censor: '[redacted]',
      },
    });
  }

  /** What Nest says of its modules and routes is of use only to who works on them. */
  log(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
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

  /** Nest calls with (message, context) or (object, message, context); errors come with their stack before the context. */
  private write(
    level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    message: unknown,
    rest: unknown[],
  ): void {
    const context = rest.pop();
    if (message instanceof Error) this.pino[level]({ err: message, context });
    else if (typeof message === 'object') this.pino[level]({ ...message, context }, rest.map(String).join(' '));
    else this.pino[level]({ context, detail: rest.length > 0 ? rest.map(String) : undefined }, String(message));
  }
}
