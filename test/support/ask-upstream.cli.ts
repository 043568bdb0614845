import { readFileSync } from 'node:fs';
import { UpstreamClient } from '../../src/common/http/upstream-client.js';

/** Asks the upstream of the first argument, and writes the answer's status or the error's code. */
const [, , baseUrl = '', caFile] = process.argv;
const clocks = {
  connectMs: 5_000,
  firstByteMs: 5_000,
  firstTokenMs: 5_000,
  idleMs: 5_000,
  afterFinishMs: 1,
  totalMs: 9_000,
};
const client = new UpstreamClient(baseUrl, { connectMs: 5_000, ...(caFile && { ca: readFileSync(caFile, 'utf8') }) });
client.send(
  { method: 'GET', path: '/', headers: {} },
  {
    head: (status) => process.stdout.write(String(status)),
    data: () => undefined,
    end: () => void client.close(),
    fail: ({ code }) => {
      process.stdout.write(code);
      void client.close();
    },
  },
  clocks,
);
