import type { SandboxOptions } from './sandbox-options.js';
import { UpstreamApi } from './upstream-api.js';
import { listen, UpstreamSandbox } from './upstream-sandbox.js';

/** A strict simulator of api.cerebras.ai on a port of this machine: what it accepts, the real API accepts. */
export class CerebrasSandbox extends UpstreamSandbox {
  /** Listens, by default on any free port of 127.0.0.1. */
  static async start(options: SandboxOptions = {}): Promise<CerebrasSandbox> {
    return new CerebrasSandbox(await listen(options), new UpstreamApi(options), options);
  }
}
