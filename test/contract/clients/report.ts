import { z } from 'zod';
import { type ClientReport, SCENARIO_IDS, SCENARIOS, UPSTREAMS } from './matrix.types.ts';

const Cell = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('pass') }),
  z.strictObject({ outcome: z.literal('n/a'), reason: z.string().min(1) }),
  z.strictObject({ outcome: z.literal('fail'), error: z.string() }),
]);

const Report = z.strictObject({
  client: z.string().min(1),
  version: z.string().min(1),
  language: z.enum(['Node', 'Python']),
  base: z.string().startsWith('/'),
  upstream: z.enum(Object.keys(UPSTREAMS) as [keyof typeof UPSTREAMS]),
  cells: z.partialRecord(z.enum(Object.keys(SCENARIOS) as [keyof typeof SCENARIOS]), Cell),
});

/** Reads one line of a lane. */
export function readReport(line: string): ClientReport {
  return Report.parse(JSON.parse(line));
}

/** Scenarios that did not run: nobody said why, so they count as failures. */
export function faultsOf(reports: readonly ClientReport[]): string[] {
  return reports.flatMap((report) => {
    const missing = SCENARIO_IDS.filter((scenario) => report.cells[scenario] === undefined);
    return missing.map((scenario) => `${report.client}: "${SCENARIOS[scenario]}" did not run`);
  });
}
