import type { OnApplicationShutdown } from '@nestjs/common';
import type { AppConfig } from '../../../config/app.config.js';
import { UpstreamClient, type UpstreamClocks } from '../../../common/http/upstream-client.js';
import type { ProviderKey } from '../attempt.js';
import { cerebrasHeaders } from './cerebras.provider.js';

/** The connections to Cerebras, and the key that opens them. */
export class CerebrasConnection implements OnApplicationShutdown {
  private constructor(
    readonly key: ProviderKey,
    readonly clocks: UpstreamClocks,
  ) {}

  /** Opens nothing yet: connections are made by requests. `instead` takes the place of the configured account. */
  static open(config: AppConfig, instead?: { baseUrl: string; apiKey: string }): CerebrasConnection {
    // OpenAI's SDKs want `/v1` in a base URL, so people write it here too.
    const baseUrl = (instead?.baseUrl ?? config.CEREBRAS_BASE_URL).replace(/\/v1\/?$/, '');
    const client = new UpstreamClient(baseUrl, config.ASBRU_CONNECT_TIMEOUT_MS);
    const headers = cerebrasHeaders(instead?.apiKey ?? config.CEREBRAS_API_KEY ?? '');
    return new CerebrasConnection(
      { name: 'default', client, headers },
      {
        connectMs: config.ASBRU_CONNECT_TIMEOUT_MS,
        firstByteMs: config.ASBRU_FIRST_BYTE_TIMEOUT_MS,
        firstTokenMs: config.ASBRU_FIRST_BYTE_TIMEOUT_MS,
        idleMs: config.ASBRU_IDLE_TIMEOUT_MS,
        totalMs: config.ASBRU_TOTAL_TIMEOUT_MS,
      },
    );
  }

  /** Nest destroys modules while requests still run; this comes after the last. */
  async onApplicationShutdown(): Promise<void> {
    await this.key.client.close();
  }
}
