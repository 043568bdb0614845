import { createHash } from 'node:crypto';
import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Which worker sends a probe: a file that one of them makes first, because a request cannot wait for an answer of another
 * process. In memory (tmpfs) it takes some 30 µs, once for each probe.
 */
export class ProbeClaims {
  constructor(private readonly folder: string) {}

  /** @returns whether this worker is the first to claim the probe of that number */
  claim(targetId: string, number: number): boolean {
    try {
      closeSync(openSync(this.pathOf(targetId, number), 'wx', 0o600));
    } catch (error) {
      // Without the folder two may send one: better than that none does.
      return !(typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST');
    }
    rmSync(this.pathOf(targetId, number - 1), { force: true });
    return true;
  }

  private pathOf(targetId: string, number: number): string {
    return join(this.folder, `${createHash('sha256').update(targetId).digest('hex').slice(0, 32)}-${number}`);
  }
}
