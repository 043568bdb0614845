import { AnthropicSandbox } from '../../src/gateway/providers/sandbox/anthropic/anthropic-sandbox.js';
import { CerebrasSandbox } from '../../src/gateway/providers/sandbox/cerebras-sandbox.js';
import { GeminiSandbox } from '../../src/gateway/providers/sandbox/gemini/gemini-sandbox.js';
import { OpenAiSandbox } from '../../src/gateway/providers/sandbox/openai/openai-sandbox.js';
import type { SandboxOptions } from '../../src/gateway/providers/sandbox/sandbox-options.js';
import type { UpstreamSandbox } from '../../src/gateway/providers/sandbox/upstream-sandbox.js';

type Start = (options: SandboxOptions) => Promise<UpstreamSandbox>;

/** The sandbox behind a provider, by the provider's configured type. */
const SANDBOXES: Readonly<Record<string, Start>> = {
  cerebras: (options) => CerebrasSandbox.start(options),
  openai: (options) => OpenAiSandbox.start(options),
  anthropic: (options) => AnthropicSandbox.start(options),
  gemini: (options) => GeminiSandbox.start(options),
};

export function startSandbox(type: string, options: SandboxOptions): Promise<UpstreamSandbox> {
  const start = SANDBOXES[type];
  if (!start) throw new Error(`There is no sandbox for providers of type ${type}`);
  return start(options);
}
