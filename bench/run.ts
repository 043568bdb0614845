import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { machine } from './harness/machine.js';
import type { Sample } from './harness/measure.js';
import type { Options } from './harness/options.js';
import { sampleLine, startLine, summaryLines } from './report/console-table.js';
import { writeDocs, writeResults } from './report/docs.js';
import type { Results } from './report/results.js';
import { verdictLines } from './report/verdict.js';
import { type Case, type Group, GROUPS } from './scenarios/cases.js';
import { type Failure, type LedgerCheck, runLoads } from './scenarios/loads.js';
import { runStarts, type Start } from './scenarios/starts.js';
import { KEY_TARGETS } from './targets/all.js';
import type { Target } from './targets/target.js';

/** Where load and upstream run, and where the target, when they are kept apart. */
const APART = { loadCore: 0, targetCore: 1 } as const;
const TOGETHER = { loadCore: undefined, targetCore: undefined };
/** Loads with all targets, each on a processor of its own. What a target still does after one of them is not the next's. */
const ON_ONE_CORE: ReadonlyArray<readonly Group[]> = [['chat', 'stream', 'latency', 'first'], ['relay'], ['bodies']];
/** Loads with all targets on all processors, beside load and upstream. */
const ON_ALL_CORES: readonly Group[] = ['cores', 'held'];

/** One run of the benchmark. */
export class Run {
  private readonly samples: Sample[] = [];
  private readonly ledgers: LedgerCheck[] = [];
  private readonly failures: Failure[] = [];
  private readonly starts: Start[] = [];
  private readonly skipped: Array<{ target: string; why: string }> = [];
  private targets: readonly Target[] = [];

  constructor(
    private readonly options: Options,
    private readonly folder: string,
    private readonly say: (line: string) => void,
  ) {}

  /** Measures all that the options name, writes the raw figures down, and says what came of it. */
  async all(): Promise<Results> {
    const { groups, rounds, seconds, warmUpSeconds } = this.options;
    const about = machine();
    this.targets = this.options.targets.filter((target) => this.isThere(target));
    const asked = (kind: readonly Group[]): readonly Case[] =>
      kind.filter((group) => groups.includes(group)).flatMap((group): readonly Case[] => GROUPS[group]);
    for (const [index, kind] of ON_ONE_CORE.entries()) {
      await this.load(`one-core-${index}`, asked(kind), this.meantBy(asked(kind)), APART);
    }
    if (groups.includes('keys')) await this.load('keys', GROUPS.keys, KEY_TARGETS, APART);
    await this.load('all-cores', asked(ON_ALL_CORES), this.targets, TOGETHER);
    if (groups.includes('start')) await this.start();
    const measured = groups.includes('keys') ? [...this.targets, ...KEY_TARGETS] : this.targets;
    const results: Results = {
      about,
      options: { rounds, seconds, warmUpSeconds },
      targets: measured.map(({ name, title, isPeer = false }) => ({ name, title, isPeer })),
      skipped: this.skipped,
      samples: this.samples,
      starts: this.starts,
      ledgers: this.ledgers,
      failures: this.failures,
    };
    this.write(results);
    if (this.options.writesDocs) writeDocs(results);
    for (const line of [...summaryLines(results), '', ...verdictLines(results)]) this.say(line);
    return results;
  }

  /** Targets that some of the cases are for. */
  private meantBy(cases: readonly Case[]): readonly Target[] {
    return this.targets.filter(({ name }) => cases.some(({ only }) => only?.includes(name) ?? true));
  }

  private isThere(target: Target): boolean {
    const why = target.missing();
    if (why === undefined) return true;
    this.skipped.push({ target: target.name, why });
    this.say(`SKIPPED ${target.name}: ${why}`);
    return false;
  }

  private async load(
    name: string,
    cases: readonly Case[],
    targets: readonly Target[],
    cores: typeof APART | typeof TOGETHER,
  ): Promise<void> {
    if (cases.length === 0) return;
    this.say(`--- ${name}`);
    const ledgers = await runLoads({
      ...this.options,
      ...cores,
      cases,
      targets,
      folder: join(this.folder, name),
      onSample: (sample) => {
        this.samples.push(sample);
        this.say(sampleLine(sample));
      },
      onFailure: (failure) => this.noteFailure(failure),
    });
    this.ledgers.push(...ledgers);
  }

  private async start(): Promise<void> {
    this.say('--- start');
    await runStarts({
      ...APART,
      targets: this.targets,
      rounds: Math.min(this.options.rounds, 3),
      folder: join(this.folder, 'start'),
      onStart: (start) => {
        this.starts.push(start);
        this.say(startLine(start));
      },
      onFailure: (failure) => this.noteFailure(failure),
    });
  }

  private noteFailure(failure: Failure): void {
    this.failures.push(failure);
    this.say(`FAILED ${failure.case ?? 'start'} ${failure.target}: ${failure.why}`);
  }

  private write(results: Results): void {
    const name = `${results.about.date.replaceAll(':', '-')}.json`;
    const file = this.options.out ?? join(import.meta.dirname, 'results', name);
    mkdirSync(dirname(file), { recursive: true });
    writeResults(file, results);
    this.say(`Raw figures: ${file}`);
  }
}
