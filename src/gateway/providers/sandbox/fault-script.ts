import { type FaultDialect, isDialectFault } from './fault-dialect.js';
import { isObject } from './json-value.js';
import type { FaultKind, FaultMatch, SandboxFault, SpoilingFault, ReplacingFault } from './sandbox-fault.js';
import type { SandboxRequest } from './sandbox-request.js';

/** The faults of one answer: at most one that replaces it, then those that spoil it. */
export interface TakenFaults {
  replacing?: ReplacingFault;
  spoiling: SpoilingFault[];
}

function memberOf(request: SandboxRequest, name: string): unknown {
  return isObject(request.json) ? request.json[name] : undefined;
}

function fits(match: FaultMatch, request: SandboxRequest): boolean {
  const { path, method, model, stream, apiKey } = match;
  return (
    (path === undefined || path === request.path) &&
    (method === undefined || method === request.method) &&
    (apiKey === undefined || apiKey === request.apiKey) &&
    (model === undefined || model === memberOf(request, 'model')) &&
    (stream === undefined || stream === (memberOf(request, 'stream') === true))
  );
}

function isMeant({ match }: SandboxFault, request: SandboxRequest): boolean {
  if (match === undefined) return request.method === 'POST';
  return typeof match === 'function' ? match(request) : fits(match, request);
}

function collect(fault: FaultKind, taken: TakenFaults): void {
  switch (fault.kind) {
    case 'together':
      for (const inner of fault.faults) collect(inner, taken);
      break;
    case 'status':
    case 'rate-limit':
    case 'html':
    case 'redirect':
    case 'never':
    case 'raw-body':
    case 'raw-frames':
      taken.replacing = fault;
      break;
    default:
      taken.spoiling.push(fault);
  }
}

/** The faults that are still to come, in order: each request takes the first one that is meant for it. */
export class FaultScript {
  private readonly queue: Array<{ fault: SandboxFault; left: number }> = [];

  constructor(private readonly dialect: FaultDialect) {}

  /** The kinds of faults in the list that the API's dialect does not have. */
  foreignKinds(faults: readonly FaultKind[]): string[] {
    return faults.flatMap((fault) => {
      if (fault.kind === 'together') return this.foreignKinds(fault.faults);
      return isDialectFault(fault) && !this.dialect.kinds.has(fault.kind) ? [fault.kind] : [];
    });
  }

  /** @throws Error for a fault that the API's dialect does not have: a test that it cannot spoil would prove nothing */
  add(faults: readonly SandboxFault[]): void {
    const foreign = this.foreignKinds(faults);
    if (foreign.length > 0) throw new Error(`${this.dialect.host} has no faults of kind ${foreign.join(', ')}`);
    for (const fault of faults) {
      this.queue.push({ fault, left: fault.times === 'always' ? Infinity : (fault.times ?? 1) });
    }
  }

  clear(): void {
    this.queue.length = 0;
  }

  /** How many requests the script still spoils. */
  get pending(): number {
    return this.queue.reduce((sum, { left }) => sum + left, 0);
  }

  take(request: SandboxRequest): TakenFaults | undefined {
    if (this.queue.length === 0) return undefined;
    const index = this.queue.findIndex(({ fault }) => isMeant(fault, request));
    const entry = this.queue[index];
    if (!entry) return undefined;
    entry.left--;
    if (entry.left <= 0) this.queue.splice(index, 1);
    const taken: TakenFaults = { spoiling: [] };
    collect(entry.fault, taken);
    return taken;
  }
}
