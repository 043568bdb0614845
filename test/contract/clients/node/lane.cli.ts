/**
 * Puts the clients for Node through all scenarios, one after another, and prints a JSON line for each client.
 * Takes as JSON the addresses of the gateway and of the sandbox for each upstream, and then optionally words: only
 * clients with one of them in the name run.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { Sandbox } from '../../support/sandbox.ts';
import { type ClientReport, type Outcome, type Scenario, SCENARIO_IDS, type Upstream } from '../matrix.types.ts';
import { agents } from './agents.ts';
import { aiSdk } from './ai-sdk.ts';
import { anthropic } from './anthropic.ts';
import type { Bench, Client } from './client.ts';
import { googleGenAi } from './google-genai.ts';
import { langchain } from './langchain.ts';
import { openAiChat } from './openai-chat.ts';
import { openAiResponses } from './openai-responses.ts';

const CLIENTS: readonly Client[] = [
  ...anthropic,
  ...openAiChat,
  openAiResponses,
  ...aiSdk,
  ...langchain,
  ...agents,
  ...googleGenAi,
];
const PACKAGES = join(import.meta.dirname, '../../node_modules');
const CELL_MS = 20_000;

const [upstreams = '{}', ...words] = process.argv.slice(2);
const places = JSON.parse(upstreams) as Record<Upstream, { gateway: string; sandbox: string }>;
const rejections: unknown[] = [];
process.on('unhandledRejection', (reason) => rejections.push(reason));

for (const client of CLIENTS) {
  if (words.length > 0 && !words.some((word) => client.name.includes(word))) continue;
  const cells: Partial<Record<Scenario, Outcome>> = {};
  for (const scenario of SCENARIO_IDS) cells[scenario] = await outcomeOf(client, scenario);
  const report: ClientReport = {
    client: client.name,
    version: versionOf(client.package),
    language: 'Node',
    base: client.base,
    upstream: client.upstream,
    cells,
  };
  console.log(JSON.stringify(report));
}
// Agents of SDKs keep sockets and timers; nothing is left to wait for.
process.exit(0);

async function outcomeOf(client: Client, scenario: Scenario): Promise<Outcome> {
  const cell = client.scenarios[scenario];
  if ('notApplicable' in cell) return { outcome: 'n/a', reason: cell.notApplicable };
  const { upstream } = client;
  const { gateway, sandbox } = places[upstream];
  const bench: Bench = { origin: gateway, upstream, sandbox: new Sandbox(sandbox) };
  rejections.length = 0;
  try {
    await bench.sandbox.reset();
    await Promise.race([cell(bench), overdue()]);
    // Rejections are told of after the microtasks.
    await nextTurn();
    const stray = rejections.find((reason) => !client.strayRejection?.test(String(reason)));
    if (stray !== undefined) throw stray;
    return { outcome: 'pass' };
  } catch (error) {
    return { outcome: 'fail', error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

async function overdue(): Promise<never> {
  await delay(CELL_MS, undefined, { ref: false });
  throw new Error(`not done after ${CELL_MS} ms`);
}

function versionOf(name: string): string {
  const { version } = JSON.parse(readFileSync(join(PACKAGES, name, 'package.json'), 'utf8')) as { version: string };
  return version;
}
