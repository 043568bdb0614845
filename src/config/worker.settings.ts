import { availableParallelism } from 'node:os';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { GovernanceSettings } from './governance.settings.js';

/** What a worker and the supervisor need, in bytes: a container gets no more workers than it has room for. */
const WORKER_BYTES = 320 * 1024 * 1024;
const SUPERVISOR_BYTES = 128 * 1024 * 1024;

/** How many processes answer. */
export class WorkerSettings extends GovernanceSettings {
  /** How many processes answer on the port. Default: one for each core, as far as there is memory for them; one with the sandbox or with a database in memory. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(256)
  ASBRU_WORKERS?: number;
}

/** One for each core that this process may use, by its container's quota too. */
export function defaultWorkers(): number {
  // 0, or more than there is, when nothing constrains it.
  const memory = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return Math.max(1, Math.min(availableParallelism(), Math.floor((memory - SUPERVISOR_BYTES) / WORKER_BYTES)));
}
