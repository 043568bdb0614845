import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, afterEach, describe, it } from 'node:test';
import { canTrace, Desk, programOf, type Run } from './support/agent.ts';
import { type SeenRequest, Stack } from './support/stack.ts';

const PLATFORM = `${process.platform}-${process.arch}`;
const RUST_TARGETS: Record<string, string> = {
  'linux-x64': 'x86_64-unknown-linux-musl',
  'linux-arm64': 'aarch64-unknown-linux-musl',
  'darwin-x64': 'x86_64-apple-darwin',
  'darwin-arm64': 'aarch64-apple-darwin',
};
const TASK = 'Fix the typo in greet.py';
const WRONG = 'def greet(name):\n    return "Helo, " + name\n';
const RIGHT = 'def greet(name):\n    return "Hello, " + name\n';
const ANY_KEY = 'no-key-is-needed';

/** The texts of the tool messages of a request, in their order. */
function toolResults({ body }: SeenRequest | { body: SeenRequest['body'] }): string[] {
  return body.messages.filter(({ role }) => role === 'tool').map(({ content }) => JSON.stringify(content));
}

describe('coding agents', () => {
  let stack: Stack;
  let desk: Desk;

  before(async () => {
    stack = await Stack.start();
  });
  after(() => stack.stop());
  beforeEach(async () => {
    desk = await Desk.set({ 'greet.py': WRONG });
  });
  afterEach(() => desk.clear());

  /** What every agent's task leaves behind: the edit, and no request to anybody but the gateway. */
  async function assertDone(run: Run, upstreamModel = 'gpt-oss-120b'): Promise<SeenRequest[]> {
    assert.equal(run.code, 0, `${run.stdout}\n${run.stderr}`);
    assert.equal(await desk.read('greet.py'), RIGHT);
    if (run.reached) assert.deepEqual([...run.reached], [new URL(stack.gateway.origin).host]);
    const seen = await stack.seen();
    for (const request of seen) {
      assert.equal(request.status, 200);
      assert.equal(request.body.model, upstreamModel);
      assert.equal(request.headers['authorization'], 'Bearer csk-sandbox');
      assert.ok(!JSON.stringify(request.headers).includes(ANY_KEY));
    }
    return seen;
  }

  it('have no network but loopback', { skip: process.env['ASBRU_AGENTS_NETWORK'] !== 'loopback' }, () => {
    assert.deepEqual(Object.keys(networkInterfaces()), ['lo']);
  });

  it('are watched for what they connect to', { skip: !canTrace && 'strace cannot be used here' }, async () => {
    const run = await desk.run(process.execPath, ['-e', "fetch('http://192.0.2.1:81').catch(() => 0)"], {});
    assert.deepEqual([...(run.reached ?? [])], ['192.0.2.1:81']);
  });

  describe('Claude Code', () => {
    const claude = programOf('@anthropic-ai/claude-code', `@anthropic-ai/claude-code-${PLATFORM}`, ['claude']);
    const quiet = {
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      DISABLE_TELEMETRY: '1',
      DISABLE_ERROR_REPORTING: '1',
    };

    const work = (env: Record<string, string>): Promise<Run> =>
      desk.run(claude, ['-p', TASK, '--allowedTools', 'Read,Edit', '--output-format', 'json'], {
        ANTHROPIC_BASE_URL: `${stack.gateway.origin}/anthropic`,
        ANTHROPIC_AUTH_TOKEN: ANY_KEY,
        ...quiet,
        ...env,
      });
    const script = () => {
      const file_path = join(desk.project, 'greet.py');
      return stack.script([
        { text: 'I read it first.', tool_calls: [{ name: 'Read', arguments: { file_path } }] },
        { tool_calls: [{ name: 'Edit', arguments: { file_path, old_string: 'Helo', new_string: 'Hello' } }] },
        { text: 'Fixed the typo.' },
      ]);
    };

    const models = [
      // By a pattern of aliases, by the name that its discovery shows, by its route.
      ['claude-anything', 'gpt-oss-120b'],
      ['claude-cerebras-zai-glm-4.7', 'zai-glm-4.7'],
      ['cerebras/gpt-oss-120b', 'gpt-oss-120b'],
    ] as const;
    for (const [model, upstreamModel] of models) {
      it(`edits a file with ${model}`, async () => {
        await script();
        const run = await work({ ANTHROPIC_MODEL: model });
        const seen = await assertDone(run, upstreamModel);
        const tooled = seen.filter(({ body }) => (body.tools ?? []).length > 0);
        assert.equal(tooled.length, 3);
        assert.ok(tooled.every(({ body }) => body.stream === true));
        assert.ok(tooled[0]?.body.tools?.some((tool) => tool.function.name === 'Edit'));
        const [read = '', edited = ''] = toolResults(tooled[2] ?? { body: { model: '', messages: [] } });
        assert.match(read, /Helo, /);
        assert.match(edited, /has been updated/);
        const result = JSON.parse(run.stdout) as { result: string; is_error: boolean; modelUsage: object };
        assert.equal(result.result, 'Fixed the typo.');
        assert.equal(result.is_error, false);
        assert.deepEqual(Object.keys(result.modelUsage), [model]);
      });
    }

    it('says what the gateway says of a model that there is not', async () => {
      await stack.script([]);
      const run = await work({ ANTHROPIC_MODEL: 'opus-that-nobody-has' });
      assert.notEqual(run.code, 0);
      assert.match(run.stdout + run.stderr, /opus-that-nobody-has/);
      assert.equal(await desk.read('greet.py'), WRONG);
      assert.deepEqual(await stack.seen(), []);
    });
  });

  describe('Codex CLI', () => {
    const target = RUST_TARGETS[PLATFORM] ?? '';
    const codex = programOf('@openai/codex', `@openai/codex-${PLATFORM}`, [`vendor/${target}/bin/codex`]);

    async function work(model: string): Promise<Run> {
      const config = `
model = "${model}"
model_provider = "asbru"
check_for_update_on_startup = false

[analytics]
enabled = false

[features]
plugins = false

[model_providers.asbru]
name = "Asbru"
base_url = "${stack.gateway.origin}/v1"
env_key = "ASBRU_API_KEY"
wire_api = "responses"
`;
      await mkdir(join(desk.home, '.codex'));
      await writeFile(join(desk.home, '.codex/config.toml'), config);
      // The file system sandbox of Codex needs rights that a container often does not give.
      const args = ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', '--json', TASK];
      return desk.run(codex, args, { ASBRU_API_KEY: ANY_KEY });
    }
    const patch = `*** Begin Patch
*** Update File: greet.py
@@
-    return "Helo, " + name
+    return "Hello, " + name
*** End Patch`;

    for (const model of ['cerebras/gpt-oss-120b', 'gpt-5.5']) {
      it(`edits a file with ${model}`, async () => {
        await stack.script([
          { text: 'I read it first.', tool_calls: [{ name: 'exec_command', arguments: { cmd: 'cat greet.py' } }] },
          { tool_calls: [{ name: 'exec_command', arguments: { cmd: `apply_patch <<'EOF'\n${patch}\nEOF` } }] },
          { text: 'Fixed the typo.' },
        ]);
        const run = await work(model);
        const seen = await assertDone(run);
        assert.equal(seen.length, 3);
        assert.ok(seen.every(({ body }) => body.stream === true));
        const [read = '', edited = ''] = toolResults(seen[2] ?? { body: { model: '', messages: [] } });
        assert.match(read, /Helo, /);
        assert.match(edited, /greet\.py/);
        assert.match(run.stdout, /Fixed the typo\./);
      });
    }
  });
});
