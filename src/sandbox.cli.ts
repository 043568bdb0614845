import './node-version.js';
import { AnthropicSandbox } from './gateway/providers/sandbox/anthropic/anthropic-sandbox.js';
import { CerebrasSandbox } from './gateway/providers/sandbox/cerebras-sandbox.js';
import { GeminiSandbox } from './gateway/providers/sandbox/gemini/gemini-sandbox.js';
import { OpenAiSandbox } from './gateway/providers/sandbox/openai/openai-sandbox.js';
import type { SandboxOptions } from './gateway/providers/sandbox/sandbox-options.js';
import type { UpstreamSandbox } from './gateway/providers/sandbox/upstream-sandbox.js';

const DEFAULT_PORT = 8081;

/** The APIs that can be simulated: the first argument, or ASBRU_SANDBOX_API, chooses one. */
const APIS: Readonly<Record<string, (options: SandboxOptions) => Promise<UpstreamSandbox>>> = {
  cerebras: (options) => CerebrasSandbox.start(options),
  openai: (options) => OpenAiSandbox.start(options),
  anthropic: (options) => AnthropicSandbox.start(options),
  gemini: (options) => GeminiSandbox.start(options),
};

const name = process.argv[2] ?? process.env['ASBRU_SANDBOX_API'] ?? 'cerebras';
const start = Object.hasOwn(APIS, name) ? APIS[name] : undefined;
if (!start) {
  console.error(`No sandbox for '${name}'. There are: ${Object.keys(APIS).join(', ')}`);
  process.exit(2);
}

const sandbox = await start({
  port: Number(process.env['PORT'] ?? DEFAULT_PORT),
  host: process.env['HOST'] ?? '127.0.0.1',
});
console.log(`${name} sandbox: ${sandbox.url} (API key: ${sandbox.apiKey})`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void sandbox.close());
}
