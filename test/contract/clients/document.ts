import type { ClientReport } from './matrix.types.ts';
export async function writeDocument(reports: readonly ClientReport[]): Promise<void> {}
export async function compareDocument(reports: readonly ClientReport[]): Promise<string[]> { return []; }
