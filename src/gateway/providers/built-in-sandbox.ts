import type { OnApplicationShutdown } from '@nestjs/common';
import type { AppConfig } from '../../config/app.config.js';
import type { GatewaySettingsStore } from '../../config/file/settings.port.js';
import { CerebrasSandbox } from './sandbox/cerebras-sandbox.js';

/** Where an upstream is, and what opens it. */
export interface UpstreamAccount {
  baseUrl: string;
  apiKey: string;
}

/** The simulator that stands in for Cerebras while no key is configured; it never runs in production. */
export class BuiltInSandbox implements OnApplicationShutdown {
  private constructor(private readonly sandbox: CerebrasSandbox | undefined) {}

  static async startWhenNeeded(config: AppConfig, settings: GatewaySettingsStore): Promise<BuiltInSandbox> {
    const isNeeded = Object.values(settings.current.providers).some(({ sandbox }) => sandbox);
    if (!isNeeded) return new BuiltInSandbox(undefined);
    return new BuiltInSandbox(await CerebrasSandbox.start({ paceMs: config.ASBRU_SANDBOX_PACE_MS, keepRequests: 0 }));
  }

  get account(): UpstreamAccount | undefined {
    return this.sandbox && { baseUrl: this.sandbox.url, apiKey: this.sandbox.apiKey };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.sandbox?.close();
  }
}
