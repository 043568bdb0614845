import type { GovernanceSettings } from '../../config/file/governance/governance-settings.types.js';
import { versionOf } from '../../config/file/settings-version.js';

/** One file's section on its way into the database. */
export interface Deployment {
  readonly governance: GovernanceSettings;
  /** Equal for equal content, keys included. */
  readonly version: string;
  readonly revision: number;
  /** When this node took it up: at its start, or when the file changed. */
  readonly deployedAt: Date;
}

/** What is in force. */
export interface DeployedState {
  readonly version: string;
  readonly revision: number;
  readonly deployedAt: Date;
  readonly appliedAt: Date;
  readonly appliedBy: string;
}

export function deploymentOf(governance: GovernanceSettings, deployedAt: Date): Deployment {
  return { governance, version: versionOf(governance), revision: governance.revision, deployedAt };
}

/**
 * Whether a deployment gives way to what is in force. The order is total: a higher revision first, then the later
 * deployment, then the version's own text. So whatever the order in which nodes come to apply theirs, and however often
 * they try, the same one stays.
 */
export function isSuperseded(mine: Deployment, state: DeployedState | undefined): boolean {
  if (!state || state.version === mine.version) return false;
  if (mine.revision !== state.revision) return mine.revision < state.revision;
  const [own, theirs] = [mine.deployedAt.getTime(), state.deployedAt.getTime()];
  return own === theirs ? mine.version < state.version : own < theirs;
}
