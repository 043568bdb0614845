import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClientReport, type Outcome, SCENARIO_IDS, SCENARIOS, UPSTREAMS } from './matrix.types.ts';

const FILE = join(import.meta.dirname, '../../../docs/clients.md');
const BEGIN = '<!-- measured: written by npm run test:clients -- --write -->';
const END = '<!-- end of measured -->';

/** Puts what was measured between the marks of docs/clients.md; the words around it are written by hand. */
export async function writeDocument(reports: readonly ClientReport[]): Promise<void> {
  const { before, after } = await parts();
  await writeFile(FILE, `${before}${measured(reports)}${after}`);
}

/** How docs/clients.md differs from what was measured; nothing if it does not. */
export async function compareDocument(reports: readonly ClientReport[]): Promise<string[]> {
  const { between } = await parts();
  const now = measured(reports);
  if (between === now) return [];
  const [had, has] = [lines(between), lines(now)];
  return [
    [
      'docs/clients.md is not what was measured. Write it anew with: npm run test:clients -- --write',
      ...[...had].filter((line) => !has.has(line)).map((line) => `- ${line}`),
      ...[...has].filter((line) => !had.has(line)).map((line) => `+ ${line}`),
    ].join('\n'),
  ];
}

async function parts(): Promise<{ before: string; between: string; after: string }> {
  const text = await readFile(FILE, 'utf8');
  const [from, to] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)];
  if (from < BEGIN.length || to < from) throw new Error(`${FILE} has no place for the table: ${BEGIN} … ${END}`);
  return { before: text.slice(0, from), between: text.slice(from, to), after: text.slice(to) };
}

function lines(text: string): Set<string> {
  return new Set(text.split('\n'));
}

function measured(reports: readonly ClientReport[]): string {
  const reasons = new Reasons();
  const tables = (['Node', 'Python'] as const).map((language) => {
    const rows = reports.filter((report) => report.language === language).map((report) => row(report, reasons));
    return [`### ${language}`, '', ...header(), ...rows].join('\n');
  });
  return `\n\n${[...tables, reasons.list()].join('\n\n')}\n\n`;
}

function header(): string[] {
  const titles = ['Client', 'Version', 'Base', 'Upstream', ...SCENARIO_IDS.map((scenario) => SCENARIOS[scenario])];
  return [`| ${titles.join(' | ')} |`, `|${titles.map(() => '---|').join('')}`];
}

function row({ client, version, base, upstream, cells }: ClientReport, reasons: Reasons): string {
  const marks = SCENARIO_IDS.map((scenario) => mark(cells[scenario], reasons));
  return `| ${[client, version, `\`${base}\``, UPSTREAMS[upstream], ...marks].join(' | ')} |`;
}

function mark(cell: Outcome | undefined, reasons: Reasons): string {
  if (cell === undefined || cell.outcome === 'fail') return '**fails**';
  return cell.outcome === 'pass' ? 'yes' : `n/a ${reasons.numberOf(cell.reason)}`;
}

/** Why cells are empty: each reason is told once and has a number. */
class Reasons {
  private readonly reasons: string[] = [];

  numberOf(reason: string): number {
    if (!this.reasons.includes(reason)) this.reasons.push(reason);
    return this.reasons.indexOf(reason) + 1;
  }

  list(): string {
    return ['Not applicable:', '', ...this.reasons.map((reason, index) => `${index + 1}. ${reason}`)].join('\n');
  }
}
