import { Metrics } from './metrics.port.js';

/** Counts nothing: `ASBRU_METRICS=off`. */
export class NoMetrics extends Metrics {
  override readonly contentType = 'text/plain; charset=utf-8';

  override watch(): void {}
  override requestStarted(): undefined {}
  override requestDone(): void {}
  override cooldownStarted(): void {}

  override render(): Promise<string> {
    return Promise.resolve('');
  }
}
