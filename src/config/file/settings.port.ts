import type { Observable } from 'rxjs';
import type { GatewaySettings } from './gateway-settings.types.js';

/** Why the last reload changed nothing. */
export interface SettingsFailure {
  /** Everything that is wrong in the file; it holds no secret. */
  readonly message: string;
  readonly at: Date;
}

/** What a reload did. */
export type ReloadOutcome = 'changed' | 'unchanged' | 'failed';

/** The settings that hold now. The class is the injection token. */
export abstract class GatewaySettingsStore {
  /** A request takes it once and keeps it. */
  abstract readonly current: GatewaySettings;
  /** Each new snapshot, after it has become `current`; completes at shutdown. */
  abstract readonly changes: Observable<GatewaySettings>;
  /** Why the source cannot be used now, while `current` is the last good snapshot; undefined when all is well. */
  abstract readonly lastError: SettingsFailure | undefined;
  /** When `current` was loaded. */
  abstract readonly loadedAt: Date;
  /** Reads the source again, now. */
  abstract reload(): Promise<ReloadOutcome>;
}
