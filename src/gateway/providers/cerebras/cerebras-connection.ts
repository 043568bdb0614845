import type { OnApplicationShutdown } from '@nestjs/common';
import type { AppConfig } from '../../../config/app.config.js';
import { UpstreamClient } from '../../../common/http/upstream-client.js';

/** The connections to Cerebras, and the key that opens them. */
export class CerebrasConnection implements OnApplicationShutdown {
  private constructor(
    readonly client: UpstreamClient,
    readonly apiKey: string,
  ) {}

  /** Opens nothing yet: connections are made by requests. `instead` takes the place of the configured account. */
  static open(config: AppConfig, instead?: { baseUrl: string; apiKey: string }): CerebrasConnection {
    // OpenAI's SDKs want `/v1` in a base URL, so people write it here too.
    const baseUrl = (instead?.baseUrl ?? config.CEREBRAS_BASE_URL).replace(/\/v1\/?$/, '');
    const client = new UpstreamClient(baseUrl, {
      connectMs: config.ASBRU_CONNECT_TIMEOUT_MS,
      firstByteMs: config.ASBRU_FIRST_BYTE_TIMEOUT_MS,
      idleMs: config.ASBRU_IDLE_TIMEOUT_MS,
      totalMs: config.ASBRU_TOTAL_TIMEOUT_MS,
    });
    return new CerebrasConnection(client, instead?.apiKey ?? config.CEREBRAS_API_KEY ?? '');
  }

  /** Nest destroys modules while requests still run; this comes after the last. */
  async onApplicationShutdown(): Promise<void> {
    await this.client.close();
  }
}
