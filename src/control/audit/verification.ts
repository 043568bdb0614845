import type { KeyObject } from 'node:crypto';
import { isRecord } from '../../common/json/is-record.js';
import { canonicalJson } from './canonical-json.js';
import { GENESIS, type Link, PLATFORM_CHAIN, rowHash } from './chain-hash.js';
import { type Checkpoint, isSignedBy, keyIdOf } from './checkpoints/checkpoint.js';

/** The first thing that is wrong, and where. */
export interface Problem {
  readonly chain: string | null;
  /** null: it is no row's. */
  readonly seq: number | null;
  readonly reason: string;
}

export interface Verdict {
  readonly rows: number;
  readonly chains: number;
  /** Checkpoints that were compared with their rows. */
  readonly checkpoints: number;
  /** Checkpoints that were made after the export, and could not be compared. */
  readonly later: number;
  readonly problem: Problem | undefined;
}

interface Head {
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
}

/** What an export is compared with. */
export interface Witness {
  readonly checkpoints: readonly Checkpoint[];
  readonly publicKey: KeyObject;
}

class Wrong extends Error {
  constructor(readonly problem: Problem) {
    super(problem.reason);
  }
}

/**
 * Whether an export is what was written: the rows of each chain are numbered without a gap, each has the hash of the one
 * before, each hash is that of its content, the last is the head's, and all that was signed is there unchanged. Needs no
 * database and no gateway.
 * @param only one chain's name: checkpoints of others are not expected in the export
 */
export async function verifyExport(
  lines: AsyncIterable<string> | Iterable<string>,
  witness?: Witness,
  only?: string,
): Promise<Verdict> {
  const walk = new Walk(witness, only);
  let problem: Problem | undefined;
  try {
    for await (const line of lines) if (line.trim() !== '') walk.take(line);
    walk.end();
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    ({ problem } = error);
  }
  const { rows, seen, compared, later } = walk;
  return { rows, chains: seen.size, checkpoints: compared, later, problem };
}

class Walk {
  rows = 0;
  compared = 0;
  later = 0;
  readonly seen = new Set<string>();
  private time: string | undefined;
  private announced = 0;
  private head: Head | undefined;
  private at = { seq: 0, hash: GENESIS };
  /** By chain and number: what was signed. */
  private readonly signed = new Map<string, Map<number, Checkpoint>>();

  constructor(
    private readonly witness: Witness | undefined,
    private readonly only: string | undefined,
  ) {}

  take(line: string): void {
    const value = this.parse(line);
    switch (value['object']) {
      case 'audit.export':
        this.begin(value);
        return;
      case 'audit.chain':
        this.endChain();
        this.beginChain(value);
        return;
      case 'audit.event':
        this.row(value);
        return;
      default:
        throw this.wrong('the line is no part of an export');
    }
  }

  end(): void {
    if (this.time === undefined) throw this.wrong('the export is empty');
    this.endChain();
    if (this.seen.size < this.announced) {
      throw this.wrong(`the export ends after ${this.seen.size} of ${this.announced} chains`);
    }
    for (const [chain, own] of this.signed) {
      if (this.seen.has(chain)) continue;
      const [first] = own.values();
      throw new Wrong({ chain, seq: first?.seq ?? null, reason: 'the whole chain is gone, and a checkpoint has it' });
    }
  }

  private parse(line: string): Record<string, unknown> {
    try {
      const value: unknown = JSON.parse(line);
      if (isRecord(value)) return value;
    } catch {
      // Told below.
    }
    throw this.wrong('the line is no JSON object');
  }

  private begin({ time, chains }: Record<string, unknown>): void {
    if (this.time !== undefined || typeof time !== 'string' || typeof chains !== 'number') {
      throw this.wrong('the first line, and no other, says what the export is');
    }
    this.time = time;
    this.announced = chains;
    this.readWitness(time);
  }

  private readWitness(time: string): void {
    for (const checkpoint of this.witness?.checkpoints ?? []) {
      if (this.only !== undefined && checkpoint.chain !== this.only) continue;
      this.checkSignature(checkpoint);
      if (checkpoint.time > time) this.later++;
      else this.expect(checkpoint);
    }
  }

  private checkSignature(checkpoint: Checkpoint): void {
    if (!this.witness || isSignedBy(checkpoint, this.witness.publicKey)) return;
    const { chain, seq, key_id: named } = checkpoint;
    const id = keyIdOf(this.witness.publicKey);
    const by = named === id ? '' : ` (it names the key ${named}, and this is ${id})`;
    throw new Wrong({ chain, seq, reason: `the signature of its checkpoint is wrong${by}` });
  }

  private expect(checkpoint: Checkpoint): void {
    const { chain, seq, hash } = checkpoint;
    const own = this.signed.get(chain) ?? new Map<number, Checkpoint>();
    if ((own.get(seq)?.hash ?? hash) !== hash) {
      throw new Wrong({ chain, seq, reason: 'two checkpoints of it disagree: the chain was rewritten between them' });
    }
    this.signed.set(chain, own.set(seq, checkpoint));
  }

  private beginChain({ chain, seq, hash }: Record<string, unknown>): void {
    if (this.time === undefined || typeof chain !== 'string' || typeof seq !== 'number' || typeof hash !== 'string') {
      throw this.wrong('the head of a chain is not complete');
    }
    if (this.seen.has(chain)) throw this.wrong(`the chain ${chain} comes twice`);
    this.seen.add(chain);
    this.head = { chain, seq, hash };
    this.at = { seq: 0, hash: GENESIS };
  }

  private row({ chain, seq, prev, hash, event }: Record<string, unknown>): void {
    const { head, at } = this;
    if (!head) throw this.wrong('a row stands before the head of its chain');
    const expected = at.seq + 1;
    if (chain !== head.chain) throw this.wrong('a row of another chain stands here', expected);
    if (seq !== expected) throw this.wrong(`row ${expected} is not here; row ${String(seq)} is`, expected);
    if (prev !== at.hash) throw this.wrong('it does not follow the row before it', expected);
    const link = { chain: head.chain, seq: expected, prev: at.hash };
    if (!isRecord(event) || hash !== rowHash(link, canonicalJson(event))) {
      throw this.wrong('its content is not what its hash was made of', expected);
    }
    if ((event['organization_id'] ?? PLATFORM_CHAIN) !== chain) throw this.wrong('it is of another chain', expected);
    this.compare(link, hash);
    this.at = { seq: expected, hash };
    this.rows++;
  }

  private compare({ chain, seq }: Link, hash: string): void {
    const signed = this.signed.get(chain)?.get(seq);
    if (!signed) return;
    if (signed.hash !== hash) throw this.wrong('a checkpoint has another hash: rows were rewritten', seq);
    this.compared++;
  }

  private endChain(): void {
    const { head, at } = this;
    if (!head) return;
    if (at.seq !== head.seq) throw this.wrong(`the chain ends here, and its head is row ${head.seq}`, at.seq + 1);
    if (at.hash !== head.hash) throw this.wrong('the head of the chain has another hash', at.seq);
    const beyond = [...(this.signed.get(head.chain)?.keys() ?? [])].find((seq) => seq > at.seq);
    if (beyond !== undefined) {
      throw this.wrong(`the chain ends here, and a checkpoint has row ${beyond}: the tail was cut`, at.seq + 1);
    }
    this.head = undefined;
  }

  private wrong(reason: string, seq: number | null = null): Wrong {
    return new Wrong({ chain: this.head?.chain ?? null, seq, reason });
  }
}
