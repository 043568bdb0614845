import type { SandboxOptions } from '../sandbox-options.js';
import { listen, UpstreamSandbox } from '../upstream-sandbox.js';
import { OpenAiApi } from './openai-api.js';

/** A strict simulator of api.openai.com on a port of this machine: chat, Responses, and the operations that are relayed. */
export class OpenAiSandbox extends UpstreamSandbox {
  /** Listens, by default on any free port of 127.0.0.1. */
  static async start(options: SandboxOptions = {}): Promise<OpenAiSandbox> {
    return new OpenAiSandbox(await listen(options), new OpenAiApi(options), options);
  }
}
