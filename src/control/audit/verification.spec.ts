import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import { canonicalJson } from './canonical-json.js';
import { GENESIS, rowHash } from './chain-hash.js';
import { type Checkpoint, keyIdOf, signCheckpoint } from './checkpoints/checkpoint.js';
import { verifyExport } from './verification.js';

interface Row {
  object: string;
  chain: string;
  seq: number;
  prev: string;
  hash: string;
  event: Record<string, unknown>;
}

const TIME = '2026-11-23T12:00:00.000Z';
const { privateKey } = generateKeyPairSync('ed25519');
const publicKey = createPublicKey(privateKey);
const key = { id: keyIdOf(publicKey), privateKey, publicKey };

function rowsOf(chain: string, names: readonly string[]): Row[] {
  const events = names.map((name, index) => ({
    id: `aud_${index}`,
    organization_id: chain,
    fields: { name },
  }));
  return linked(chain, events);
}

function linked(chain: string, events: readonly Record<string, unknown>[]): Row[] {
  let prev = GENESIS;
  return events.map((event, index) => {
    const link = { chain, seq: index + 1, prev };
    const hash = rowHash(link, canonicalJson(event));
    prev = hash;
    return { object: 'audit.event', ...link, hash, event };
  });
}

function linesOf(chains: ReadonlyArray<readonly Row[]>, heads = chains.map((rows) => rows.at(-1))): string[] {
  const lines: object[] = [{ object: 'audit.export', version: 1, time: TIME, chains: chains.length }];
  chains.forEach((rows, index) => {
    const head = heads[index];
    lines.push({ object: 'audit.chain', chain: head?.chain, seq: head?.seq, hash: head?.hash }, ...rows);
  });
  return lines.map(canonicalJson);
}

function checkpointAt(rows: readonly Row[], seq: number, time = TIME): Checkpoint {
  return signCheckpoint({ chain: rows[0]?.chain ?? '', seq, hash: rows[seq - 1]?.hash ?? '' }, time, key);
}

const chainOfNames = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2, maxLength: 30 });
/** A chain, and a place in it. */
const placed = chainOfNames.chain((names) =>
  fc.record({ names: fc.constant(names), at: fc.integer({ min: 0, max: names.length - 1 }) }),
);

describe('An export of the audit log', () => {
  it('is whole as it was written, with its checkpoints', async () => {
    await fc.assert(
      fc.asyncProperty(chainOfNames, chainOfNames, async (one, two) => {
        const chains = [rowsOf('org_a', one), rowsOf('org_b', two)];
        const checkpoints = chains.map((rows) => checkpointAt(rows, rows.length));
        const verdict = await verifyExport(linesOf(chains), { checkpoints, publicKey });
        expect(verdict).toEqual({
          rows: one.length + two.length,
          chains: 2,
          checkpoints: 2,
          later: 0,
          problem: undefined,
        });
      }),
    );
  });

  it('tells the first row that was edited, deleted or swapped, without a checkpoint', async () => {
    await fc.assert(
      fc.asyncProperty(placed, fc.constantFrom('edit', 'hash', 'delete', 'swap'), async ({ names, at }, how) => {
        const rows = rowsOf('org_a', names);
        const head = rows.at(-1);
        const last = rows.length - 1;
        const place = how === 'swap' ? Math.min(at, last - 1) : at;
        const row = rows[place];
        const next = rows[place + 1];
        if (!row) throw new Error('no row');
        if (how === 'edit') row.event = { ...row.event, fields: { name: `${names[place]}!` } };
        else if (how === 'hash') row.hash = row.hash.replace(/./, (digit) => (digit === '0' ? '1' : '0'));
        else if (how === 'delete') rows.splice(place, 1);
        else if (next) rows.splice(place, 2, next, row);
        const { problem } = await verifyExport(linesOf([rows], [head]));
        expect([problem?.chain, problem?.seq]).toEqual(['org_a', place + 1]);
      }),
    );
  });

  it('tells a tail that was cut', async () => {
    await fc.assert(
      fc.asyncProperty(placed, async ({ names, at }) => {
        const whole = rowsOf('org_a', names);
        const { problem } = await verifyExport(linesOf([whole.slice(0, at)], [whole.at(-1)]));
        expect(problem).toMatchObject({ chain: 'org_a', seq: at + 1 });
      }),
    );
  });

  it('tells a tail that was cut with its head, and a chain that was made anew, by its checkpoints alone', async () => {
    await fc.assert(
      fc.asyncProperty(placed, async ({ names, at }) => {
        const whole = rowsOf('org_a', names);
        const witness = { checkpoints: [checkpointAt(whole, whole.length)], publicKey };
        const keep = Math.max(1, at);
        const cut = linesOf([whole.slice(0, keep)]);
        const events = whole.map(({ event }, index) =>
          index === at ? { ...event, fields: { name: `${names[at]}!` } } : event,
        );
        const forged = linesOf([linked('org_a', events)]);
        // Whoever may write all of the database deceives whoever looks at the database alone.
        expect((await verifyExport(cut)).problem).toBeUndefined();
        expect((await verifyExport(forged)).problem).toBeUndefined();
        expect((await verifyExport(cut, witness)).problem).toMatchObject({ chain: 'org_a', seq: keep + 1 });
        expect((await verifyExport(forged, witness)).problem).toMatchObject({ chain: 'org_a', seq: whole.length });
      }),
    );
  });

  it('tells a chain that is gone as a whole, and lines that were cut off', async () => {
    const [one, two] = [rowsOf('org_a', ['x', 'y']), rowsOf('org_b', ['z'])];
    const witness = { checkpoints: [checkpointAt(one, 2), checkpointAt(two, 1)], publicKey };
    expect((await verifyExport(linesOf([one]), witness)).problem).toMatchObject({ chain: 'org_b' });
    expect((await verifyExport(linesOf([one]), witness, 'org_a')).problem).toBeUndefined();
    const lines = linesOf([one, two]);
    for (let kept = 0; kept < lines.length; kept++) {
      expect((await verifyExport(lines.slice(0, kept))).problem).toBeDefined();
    }
  });

  it('takes no checkpoint of another key, and none that was changed', async () => {
    const rows = rowsOf('org_a', ['x', 'y']);
    const good = checkpointAt(rows, 1);
    const stranger = generateKeyPairSync('ed25519');
    const lines = linesOf([rows]);
    const under = (checkpoint: Checkpoint, by = publicKey) =>
      verifyExport(lines, { checkpoints: [checkpoint], publicKey: by }).then(({ problem }) => problem?.reason);
    expect(await under(good)).toBeUndefined();
    expect(await under({ ...good, hash: GENESIS })).toContain('signature');
    expect(await under({ ...good, seq: 2 })).toContain('signature');
    expect(await under(good, stranger.publicKey)).toContain(key.id);
  });

  it('does not hold a checkpoint against it that is later than it', async () => {
    const rows = rowsOf('org_a', ['x', 'y', 'z']);
    const checkpoints = [checkpointAt(rows, 3, '2026-11-23T12:00:00.001Z')];
    const verdict = await verifyExport(linesOf([rows.slice(0, 2)]), { checkpoints, publicKey });
    expect(verdict).toMatchObject({ problem: undefined, later: 1, checkpoints: 0 });
  });
});
