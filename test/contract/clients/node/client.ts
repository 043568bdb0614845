import type { Sandbox } from '../../support/sandbox.ts';
import type { Scenario, Upstream } from '../matrix.types.ts';

/** What a scenario sees of the running system. */
export interface Bench {
  /** The gateway without a path. */
  readonly origin: string;
  /** The upstream of the client's models behind the gateway, to look into. */
  readonly sandbox: Sandbox;
  readonly upstream: Upstream;
}

/** Talks to the gateway through the client, and throws unless all is as it should be. */
export type Run = (bench: Bench) => Promise<void>;

/** Why a scenario means nothing for a client. */
export interface NotApplicable {
  readonly notApplicable: string;
}

/** One SDK, set up as its users do it, with nothing but the base URL and the key changed. */
export interface Client {
  readonly name: string;
  /** The package whose version the table names. */
  readonly package: string;
  readonly base: string;
  readonly upstream: Upstream;
  /** What the SDK leaves behind as a rejection that nobody can take; any other is a failure of the scenario. */
  readonly strayRejection?: RegExp;
  /** Each scenario runs or says why it does not: leaving one out is not possible. */
  readonly scenarios: Readonly<Record<Scenario, Run | NotApplicable>>;
}

export function notApplicable(reason: string): NotApplicable {
  return { notApplicable: reason };
}
