import type { SandboxOptions } from '../sandbox-options.js';
import { listen, UpstreamSandbox } from '../upstream-sandbox.js';
import { GeminiApi } from './gemini-api.js';

/** A strict simulator of Google's Gemini API on a port of this machine: what it accepts, the real API accepts. */
export class GeminiSandbox extends UpstreamSandbox {
  /** Listens, by default on any free port of 127.0.0.1. */
  static async start(options: SandboxOptions = {}): Promise<GeminiSandbox> {
    return new GeminiSandbox(await listen(options), new GeminiApi(options), options);
  }
}
