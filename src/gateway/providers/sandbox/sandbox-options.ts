import type { SandboxLimits } from './rate-limits.js';

export const DEFAULT_API_KEY = 'csk-sandbox';

/** How a sandbox behaves; every member has a default. */
export interface SandboxOptions {
  /** The key that it accepts; default `csk-sandbox`. */
  apiKey?: string;
  /** Further keys, for tests of key pools. */
  moreApiKeys?: readonly string[];
  /** Milliseconds between two frames; default 4. 0 sends an answer at once. */
  paceMs?: number;
  /** Milliseconds before the first byte of an answer; default 0. */
  latencyMs?: number;
  /** Default 0: any free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Quotas of each model; default so generous that nobody meets them. */
  limits?: SandboxLimits;
  /** How many requests it remembers; default 1000, 0 turns the recording off. */
  keepRequests?: number;
}
