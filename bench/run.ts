import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Sample } from './harness/measure.js';
import type { Options } from './harness/options.js';
import { machine } from './harness/machine.js';
import { summaryLines } from './report/console-table.js';
import type { Results } from './report/results.js';
import { type Case, type Group, GROUPS } from './scenarios/cases.js';
import { type LedgerCheck, runLoads } from './scenarios/loads.js';
import type { Target } from './targets/target.js';

/** Where load and upstream run, and where the target, when they are kept apart. */
const LOAD_CORE = 0;
const TARGET_CORE = 1;
/** Loads with a target on a processor of its own. */
const PINNED: readonly Group[] = ['chat', 'stream', 'latency', 'first', 'relay', 'bodies', 'held'];

/** One run of the benchmark. */
export class Run {
  private readonly samples: Sample[] = [];
  private readonly ledgers: LedgerCheck[] = [];
  private readonly skipped: Array<{ target: string; why: string }> = [];
  private readonly targets: Target[] = [];

  constructor(
    private readonly options: Options,
    private readonly folder: string,
    private readonly say: (line: string) => void,
  ) {}

  /** @returns whether every answer was right and every ledger complete */
  async all(): Promise<boolean> {
    const about = machine();
    this.chooseTargets();
    const pinned = PINNED.filter((group) => this.options.groups.includes(group));
    if (pinned.length > 0)
      await this.loads(
        'one core',
        pinned.flatMap((group): readonly Case[] => GROUPS[group]),
        TARGET_CORE,
        LOAD_CORE,
      );
    if (this.options.groups.includes('cores')) await this.loads('all cores', GROUPS.cores, undefined, undefined);
    const results: Results = {
      about,
      options: {
        rounds: this.options.rounds,
        seconds: this.options.seconds,
        warmUpSeconds: this.options.warmUpSeconds,
      },
      targets: this.targets.map(({ name, title }) => ({ name, title })),
      skipped: this.skipped,
      samples: this.samples,
      ledgers: this.ledgers,
    };
    this.write(results);
    for (const line of summaryLines(results)) this.say(line);
    return this.isRight();
  }

  private chooseTargets(): void {
    for (const target of this.options.targets) {
      const why = target.missing();
      if (why === undefined) this.targets.push(target);
      else {
        this.skipped.push({ target: target.name, why });
        this.say(`SKIPPED ${target.name}: ${why}`);
      }
    }
  }

  private async loads(
    name: string,
    cases: readonly Case[],
    targetCore: 1 | undefined,
    loadCore: 0 | undefined,
  ): Promise<void> {
    this.say(`--- ${name}`);
    const { rounds, seconds, warmUpSeconds } = this.options;
    const { samples, ledgers } = await runLoads({
      cases,
      targets: this.targets,
      rounds,
      seconds,
      warmUpSeconds,
      targetCore,
      loadCore,
      folder: join(this.folder, name.replace(' ', '-')),
      onSample: (sample) => this.say(sampleLine(sample)),
    });
    this.samples.push(...samples);
    this.ledgers.push(...ledgers);
  }

  private write(results: Results): void {
    const file =
      this.options.out ?? join(import.meta.dirname, 'results', `${results.about.date.replaceAll(':', '-')}.json`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(results, null, 1)}\n`);
    this.say(`Raw figures: ${file}`);
  }

  private isRight(): boolean {
    const wrong = this.ledgers.filter(({ served, rows }) => served !== rows);
    for (const { target, served, rows } of this.ledgers) {
      this.say(`${served === rows ? 'ok    ' : 'FAILED'} ledger of ${target}: ${rows} rows, ${served} requests served`);
    }
    const failed = this.samples.filter(({ problems }) => problems > 0);
    for (const { case: id, target, round, problems, requests } of failed) {
      this.say(`FAILED ${id}, ${target}, round ${round}: ${problems} of ${requests} requests`);
    }
    // What goes wrong in a peer is its own figure; it is told, and does not fail the run.
    return wrong.length === 0 && !failed.some(({ target }) => isOurs(target));
  }
}

function isOurs(target: string): boolean {
  return ['direct', 'nginx', 'bare'].includes(target) || target.startsWith('asbru');
}

function sampleLine({
  case: id,
  target,
  round,
  requestsPerSecond,
  cpuMicrosPerRequest,
  cpuMicrosPerChunk,
  result,
  problems,
}: Sample): string {
  const times = result.latency ?? result.delay;
  return [
    `${id} ${round} ${target}:`.padEnd(32),
    `${requestsPerSecond.toFixed(0)} req/s`,
    `${cpuMicrosPerRequest.toFixed(1)} µs/req`,
    ...(result.events > 0 ? [`${cpuMicrosPerChunk.toFixed(2)} µs/chunk`] : []),
    ...(times ? [`p50 ${times.p50} µs, p99 ${times.p99} µs`] : []),
    ...(problems > 0 ? [`${problems} PROBLEMS`] : []),
  ].join('  ');
}
