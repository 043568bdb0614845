// Keeps README.md and docs/ true.
//
//   node .ci/docs.mjs links             every relative link leads to a file
//   node .ci/docs.mjs settings          every setting stands where people look for it
//   node .ci/docs.mjs commands [port]   every `curl` block runs and gets the status that it should
//
// A block is run when it is fenced as `bash` and calls curl. Each of its calls must be answered with 200;
// "```bash expect=400" names another status. Ports 8080 to 8082 of the text stand for `port` and the two after it.
// What a block leaves in variables and functions is there for the blocks after it on the same page, as in one terminal.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

process.chdir(join(import.meta.dirname, '..'));

const TEXT_PORT = 8080;
const TIMEOUT_MS = 60_000;

/** Settings that a file leaves out on purpose: the image fixes them, or they are not for production. */
const NOT_IN = {
  '.env.example': ['NODE_ENV'],
  'docker-compose.yml': ['NODE_ENV', 'ASBRU_SANDBOX_PACE_MS'],
};

/** Runs a block as bash does, and writes the status of each call of curl to descriptor 3. */
const PRELUDE = `set -euo pipefail
[[ ! -e $PAGE_STATE ]] || source "$PAGE_STATE"
set -a
trap 'status=$?; { export -p; declare -f; } > "$PAGE_STATE"; exit $status' EXIT
curl() { command curl -sS --max-time 30 -w '%{stderr}status=%{http_code}\\n' "$@" 2>&3; }
`;

const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', ...markdownIn('docs')];
const [task, port = String(TEXT_PORT)] = process.argv.slice(2);
const tasks = { links: checkLinks, settings: checkSettings, commands: () => runCommands(Number(port)) };
if (!(task in tasks)) throw new Error(`Unknown task '${task}': use links, settings or commands`);
process.exitCode = tasks[task]() ? 0 : 1;

function markdownIn(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))
    .toSorted();
}

function checkLinks() {
  const broken = pages.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)/g)]
      .filter(([, target]) => !existsSync(join(dirname(page), target)))
      .map(([, target]) => `${page}: ${target} does not exist`),
  );
  for (const line of broken) console.log(line);
  console.log(`links: ${pages.length} pages, ${broken.length} broken`);
  return broken.length === 0;
}

function checkSettings() {
  const source = ['app.config', 'governance.settings', 'provider-key.settings', 'tracing.settings', 'worker.settings']
    .map((file) => readFileSync(`src/config/${file}.ts`, 'utf8'))
    .join('\n');
  const settings = [...source.matchAll(/^  ([A-Z][A-Z_]+)\??:/gm)].map(([, name]) => name);
  const missing = ['README.md', 'docs/configuration.md', '.env.example', 'docker-compose.yml'].flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    return settings
      .filter((name) => !(NOT_IN[file] ?? []).includes(name) && !new RegExp(`\\b${name}\\b`).test(text))
      .map((name) => `${file}: ${name} is missing`);
  });
  for (const line of missing) console.log(line);
  console.log(`settings: ${settings.length}, missing in ${missing.length} places`);
  return missing.length === 0 && settings.length > 0;
}

function runCommands(firstPort) {
  const blocks = pages.flatMap(blocksOf);
  const states = mkdtempSync(join(tmpdir(), 'asbru-docs-'));
  const failures = blocks
    .map((block) => ({ block, problem: problemOf(block, firstPort, join(states, block.page.replaceAll('/', '-'))) }))
    .filter(({ problem }) => problem);
  rmSync(states, { recursive: true });
  for (const { block, problem } of failures) console.log(`${block.place}: ${problem}\n${block.script}`);
  console.log(`commands: ${blocks.length - failures.length} passed, ${failures.length} failed`);
  return failures.length === 0 && blocks.length > 0;
}

function blocksOf(page) {
  const text = readFileSync(page, 'utf8');
  return [...text.matchAll(/^```bash([^\n]*)\n([\s\S]*?)^```$/gm)]
    .filter(([, , script]) => /^(\w+=.*)?\bcurl /m.test(script))
    .map((match) => ({
      page,
      place: `${page}:${text.slice(0, match.index).split('\n').length}`,
      expect: /expect=(\d+)/.exec(match[1])?.[1] ?? '200',
      script: match[2],
    }));
}

/** What is wrong with a block; undefined when nothing is. */
function problemOf({ script, expect }, firstPort, state) {
  const moved = script.replaceAll(/localhost:(\d+)/g, (_, at) => `localhost:${Number(at) - TEXT_PORT + firstPort}`);
  const run = spawnSync('bash', ['-c', PRELUDE + moved], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
    encoding: 'utf8',
    env: { ...process.env, PAGE_STATE: state },
    maxBuffer: 64 * 1024 * 1024,
  });
  const said = run.output[3] ?? '';
  const statuses = [...said.matchAll(/^status=(\d+)$/gm)].map(([, status]) => status);
  if (run.status !== 0) return `exit status ${run.status}: ${run.stderr}${said}`;
  if (statuses.length === 0 || statuses.some((status) => status !== expect)) {
    return `expected ${expect}, got ${statuses.join(', ') || 'nothing'}: ${run.stdout.slice(0, 500)}`;
  }
  return undefined;
}
