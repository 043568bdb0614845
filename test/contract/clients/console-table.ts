import { type ClientReport, SCENARIO_IDS, SCENARIOS, UPSTREAMS } from './matrix.types.ts';

const MARKS = { pass: 'pass', 'n/a': '-', fail: 'FAIL' } as const;

export function tableOf(reports: readonly ClientReport[]): string {
  const rows = reports.map((report) => ({
    name: `${report.client} ${report.version} (${report.language}, ${UPSTREAMS[report.upstream]})`,
    marks: SCENARIO_IDS.map((scenario) => {
      const cell = report.cells[scenario];
      return cell ? MARKS[cell.outcome] : 'NOT RUN';
    }),
  }));
  const width = Math.max(0, ...rows.map((row) => row.name.length));
  const titles = SCENARIO_IDS.map((scenario) => SCENARIOS[scenario]);
  const line = (name: string, cells: readonly string[]) =>
    `${name.padEnd(width)}  ${cells.map((cell, index) => cell.padEnd(titles[index]?.length ?? 0)).join('  ')}`.trimEnd();
  return [line('', titles), ...rows.map((row) => line(row.name, row.marks))].join('\n');
}

/** What went wrong in each failed cell. */
export function describeFailures(reports: readonly ClientReport[]): string[] {
  return reports.flatMap((report) =>
    SCENARIO_IDS.flatMap((scenario) => {
      const cell = report.cells[scenario];
      if (cell?.outcome !== 'fail') return [];
      return [
        `${report.client} (${report.language}, ${UPSTREAMS[report.upstream]}), ${SCENARIOS[scenario]}:\n${indented(cell.error)}`,
      ];
    }),
  );
}

function indented(text: string): string {
  return text.split('\n').slice(0, 25).join('\n  ').replace(/^/, '  ');
}
