import { NEVER, type Observable } from 'rxjs';
import type { GatewaySettings } from './gateway-settings.types.js';
import { GatewaySettingsStore, type ReloadOutcome } from './settings.port.js';

/** Settings that never change: those of the environment, and those of tests. */
export class FixedSettingsStore extends GatewaySettingsStore {
  readonly changes: Observable<GatewaySettings> = NEVER;
  readonly lastError = undefined;
  readonly loadedAt = new Date();

  constructor(readonly current: GatewaySettings) {
    super();
  }

  override reload(): Promise<ReloadOutcome> {
    return Promise.resolve('unchanged');
  }
}
