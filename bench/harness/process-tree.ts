import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** What a process and all its descendants have used until now. */
export interface Usage {
  /** Time on processors, user and system. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

interface Stat {
  readonly parent: number;
  readonly ticks: number;
  readonly pages: number;
}

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const PAGE_BYTES = Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' }));

/** Fields of /proc/<pid>/stat after the name, which may hold blanks and brackets. */
const FIELD = { parent: 1, user: 11, system: 12, endedUser: 13, endedSystem: 14, pages: 21 };

/** Of a process and its descendants, those that have ended and were waited for included. */
export function usageOf(pid: number | undefined): Usage {
  if (pid === undefined) return { cpuSeconds: 0, residentBytes: 0 };
  const stats = allStats();
  const tree = [pid];
  for (const member of tree) for (const [child, stat] of stats) if (stat.parent === member) tree.push(child);
  const members = tree.map((member) => stats.get(member) ?? { parent: 0, ticks: 0, pages: 0 });
  return {
    cpuSeconds: members.reduce((sum, { ticks }) => sum + ticks, 0) / TICKS_PER_SECOND,
    residentBytes: members.reduce((sum, { pages }) => sum + pages, 0) * PAGE_BYTES,
  };
}

function allStats(): Map<number, Stat> {
  const stats = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(name) : undefined;
    if (stat) stats.set(Number(name), stat);
  }
  return stats;
}

/** Undefined when the process has ended. */
function statOf(pid: string): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const at = (index: number): number => fields[index] ?? 0;
    const ticks = at(FIELD.user) + at(FIELD.system) + at(FIELD.endedUser) + at(FIELD.endedSystem);
    return { parent: at(FIELD.parent), ticks, pages: at(FIELD.pages) };
  } catch {
    return undefined;
  }
}
