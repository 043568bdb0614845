import type { SandboxOptions } from '../sandbox-options.js';
import { listen, UpstreamSandbox } from '../upstream-sandbox.js';
import { AnthropicApi } from './anthropic-api.js';

/** A strict simulator of api.anthropic.com on a port of this machine: what it accepts, the real API accepts. */
export class AnthropicSandbox extends UpstreamSandbox {
  /** Listens, by default on any free port of 127.0.0.1. */
  static async start(options: SandboxOptions = {}): Promise<AnthropicSandbox> {
    return new AnthropicSandbox(await listen(options), new AnthropicApi(options), options);
  }
}
