import './node-version.js';
import { CerebrasSandbox } from './gateway/providers/sandbox/cerebras-sandbox.js';

const DEFAULT_PORT = 8081;

const sandbox = await CerebrasSandbox.start({
  port: Number(process.env['PORT'] ?? DEFAULT_PORT),
  host: process.env['HOST'] ?? '127.0.0.1',
});
console.log(`Cerebras sandbox: ${sandbox.url} (API key: ${sandbox.apiKey})`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void sandbox.close());
}
