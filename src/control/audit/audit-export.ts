import { canonicalJson } from './canonical-json.js';
import { CHAIN_VERSION } from './chain-hash.js';
import type { AuditRepository, ChainHead, Tenant } from './store/audit.repository.js';

/** Rows that are read at once. */
const PAGE = 500;

/**
 * The lines of an export: what it is, then each chain, its head first, all rows after it. What is added meanwhile is not
 * in it.
 */
export async function* exportLines(
  repository: AuditRepository,
  tenant: Tenant,
  heads: readonly ChainHead[],
  time: string,
): AsyncGenerator<string> {
  yield line({ object: 'audit.export', version: CHAIN_VERSION, time, chains: heads.length });
  for (const head of heads) {
    yield line({ object: 'audit.chain', ...head });
    let after = 0;
    while (after < head.seq) {
      const rows = await repository.rows(tenant, head.chain, after, head.seq, PAGE);
      for (const row of rows) yield line({ object: 'audit.event', ...row });
      // Fewer than there should be: whoever verifies the export is told.
      if (rows.length < PAGE) break;
      after = rows.at(-1)?.seq ?? head.seq;
    }
  }
}

function line(value: object): string {
  return `${canonicalJson(value)}\n`;
}
