import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ConfigError } from '../config-error.js';
import { PROVIDER_TYPES } from './provider-types.js';
import { SettingsError, type SettingsProblem } from './settings-error.js';
import { loadSettings, MAX_FILE_BYTES, parseSettings } from './settings-loader.js';

const ENV = { KEY: 'csk-secret-7', WEIGHT: '3', WHERE: 'csk-secret-7', LINES: 'csk-secret-7\n' };

const MINIMAL = `
version: 1
providers:
  cerebras:
    type: cerebras
    keys:
      - { name: main, value: '\${KEY}' }
`;

function failure(text: string | Buffer): SettingsError {
  try {
    parseSettings(Buffer.from(text), 'asbru.yaml', ENV);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  throw new Error('The content was accepted');
}

function problems(text: string | Buffer): readonly SettingsProblem[] {
  return failure(text).problems;
}

/** Each problem as `line:column path: message`. */
function lines(text: string): string[] {
  return problems(text).map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`);
}

describe('a configuration file', () => {
  it('needs a version, and a provider with a type and a key', () => {
    const settings = parseSettings(Buffer.from(MINIMAL), 'asbru.yaml', ENV);
    expect(settings.providers['cerebras']?.keys[0]?.value.reveal()).toBe('csk-secret-7');
  });

  it('tells all problems at once, each with its place and what to do', () => {
    const error = failure(`version: 2
providers:
  Backup:
    type: cerebra
    keys: []
  cerebras:
    type: cerebras
    base_urll: https://api.cerebras.ai
    timeouts: { connect_ms: 0, idle_ms: 1.5, total_ms: soon }
    retries:
    keys:
      - name: main
        weight: 0
routes:
  fast:
    targets: [cerebas/gpt-oss-120b, nowhere]
`);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toBe(`The configuration file asbru.yaml has 13 problems:
  asbru.yaml:1:10 version: must be 1
  asbru.yaml:3:3 providers.Backup: the name must begin with a lower-case letter and hold only lower-case letters, digits and hyphens
  asbru.yaml:4:11 providers.Backup.type: must be one of: ${Object.keys(PROVIDER_TYPES).join(', ')}
  asbru.yaml:5:11 providers.Backup.keys: must have at least one entry
  asbru.yaml:8:5 providers.cerebras.base_urll: unknown field: did you mean 'base_url'?
  asbru.yaml:9:29 providers.cerebras.timeouts.connect_ms: must be at least 1
  asbru.yaml:9:41 providers.cerebras.timeouts.idle_ms: must be a whole number, but is a number with a fraction
  asbru.yaml:9:56 providers.cerebras.timeouts.total_ms: must be a whole number, but is a text
  asbru.yaml:10:13 providers.cerebras.retries: must be a mapping of fields, but is empty
  asbru.yaml:12:9 providers.cerebras.keys[0]: the field 'value' is missing: add it
  asbru.yaml:13:17 providers.cerebras.keys[0].weight: must be greater than 0
  asbru.yaml:16:15 routes.fast.targets[0]: there is no provider 'cerebas': did you mean 'cerebras'?
  asbru.yaml:16:37 routes.fast.targets[1]: 'nowhere' is no route and no alias: write provider/model, such as Backup/nowhere`);
  });

  it('has no field that the schema does not know, anywhere', () => {
    expect(lines(`${MINIMAL}logging: {}\n`)).toEqual([
      '8:1 logging: unknown field; known are: version, providers, models, routes, routing, governance',
    ]);
    expect(lines(`${MINIMAL}routing: { adaptive: { exploration_percentage: 5 } }\n`)).toEqual([
      "8:24 routing.adaptive.exploration_percentage: unknown field: did you mean 'exploration_percent'?",
    ]);
  });
});

describe('YAML that is refused', () => {
  it.each([
    ['an unfinished bracket', 'version: [1', /indentation|missing/],
    ['a tab', 'a:\n\tb: 1', /indented with a tab/],
    ['a duplicate field', 'version: 1\nversion: 1', /there twice/],
    ['a tag', 'version: !!python/object:os.system 1', /tags .* not supported/],
    ['a custom tag', 'version: !env KEY', /tags .* not supported/],
    ['a binary tag', 'version: !!binary aGk=', /tags .* not supported/],
    ['two documents', 'version: 1\n---\nversion: 1', /one document/],
    ['YAML 1.1', '%YAML 1.1\n---\nversion: 1', /YAML 1.2/],
    ['nothing', '# only a comment\n', /empty/],
    ['an unknown alias', 'version: *one', /names no anchor/],
    ['an alias of itself', 'version: &a [*a]', /by an alias/],
    ['brackets without end', '['.repeat(100_000), /nested too deeply/],
    ['deep nesting', `version: ${'['.repeat(40)}${']'.repeat(40)}`, /nested too deeply/],
    ['a mapping as a name', '? {a: 1}\n: 1', /must be a text/],
    ['a prototype', `${MINIMAL}__proto__: 1\n`, /cannot be used/],
    ['text that is not UTF-8', Buffer.from([0x61, 0x3a, 0x20, 0xff]), /not UTF-8/],
  ])('%s', (_, text, expected) => {
    expect(problems(text).map(({ message }) => message)).toContainEqual(expect.stringMatching(expected));
  });

  it('expands aliases only so far', () => {
    const levels = Array.from({ length: 9 }, (_, i) => {
      const inside = Array.from({ length: 10 }, () => (i === 0 ? 'x' : `*a${i - 1}`));
      return `a${i}: &a${i} [${inside.join(', ')}]`;
    });
    expect(problems(levels.join('\n')).at(-1)?.message).toMatch(/more than 50000 values/);
  });

  it('merges nothing: << is a field like others', () => {
    expect(lines(`base: &base { version: 1 }\n<<: *base\n`)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^2:1 \["<<"\]: unknown field/)]),
    );
  });

  it('allows anchors and aliases of a file that is right', () => {
    const text = `${MINIMAL}  backup: { type: cerebras, keys: [{ name: main, value: x }], timeouts: &t { idle_ms: 9 } }
  other: { type: cerebras, keys: [{ name: main, value: x }], timeouts: *t }
`;
    const { providers } = parseSettings(Buffer.from(text), 'asbru.yaml', ENV);
    expect(providers['other']?.policy.timeouts.idleMs).toBe(9);
  });

  it('reads yes and on as texts, as YAML 1.2 says', () => {
    const text = `${MINIMAL}routes: { fast: { targets: [cerebras/a], fallback_on_content_filter: yes } }\n`;
    expect(lines(text)).toEqual(['8:70 routes.fast.fallback_on_content_filter: must be true or false, but is a text']);
  });
});

describe('secrets', () => {
  const withKey = (value: string): string => MINIMAL.replace("'${KEY}'", value);

  it.each([
    ['broken YAML after a key', withKey('"csk-secret-7')],
    ['a key that is a mapping', withKey('csk-secret-7: x: y')],
    ['stray text', `${MINIMAL}csk-secret-7\n`],
    ['a key where the key object should be', MINIMAL.replace(/- .*/, '- csk-secret-7')],
    ['a key that is the name of a field', MINIMAL.replace("value: '${KEY}'", 'csk-secret-7')],
    ['a key with a line break', withKey("'${LINES}'")],
    ['a key in the place of a number', `${MINIMAL}routing: { adaptive: { recompute_ms: csk-secret-7 } }`],
    ['a key in the place of a word', MINIMAL.replace('type: cerebras', 'type: csk-secret-7')],
    ['a key as the target of a route', `${MINIMAL}routes: { fast: { targets: ['\${WHERE}'] } }`],
    ['a key as the target of an alias', `${MINIMAL}models: { aliases: { x: '\${WHERE}', y: x } }`],
    ['a key in a URL', MINIMAL.replace('keys:', 'base_url: https://me:csk-secret-7@a.example\n    keys:')],
    ['a key as the name of a variable', withKey("'${csk-secret-7}'")],
    ['a key as a default', withKey("'${KEY-csk-secret-7}'")],
  ])('are in no message: %s', (_, text) => {
    const error = failure(text);
    expect(`${error.message}${inspect(error, { depth: 9 })}`).not.toContain('secret-7');
  });

  it('are in no dump of the settings', () => {
    const settings = parseSettings(Buffer.from(MINIMAL), 'asbru.yaml', ENV);
    expect(JSON.stringify(settings) + inspect(settings, { depth: 20, showHidden: true })).not.toContain('secret-7');
  });
});

describe('values from the environment', () => {
  it('are texts, and the message says so where a number is wanted', () => {
    expect(lines(MINIMAL.replace("'${KEY}' }", "'${KEY}', weight: '${WEIGHT}' }"))).toEqual([
      '7:48 providers.cerebras.keys[0].weight: must be a number, but is a text: the environment gives texts only, so write the value here',
    ]);
  });

  it('that are not set are one problem, beside the others', () => {
    const text = `${MINIMAL.replace('${KEY}', '${NONE}').replace('keys:', "base_url: '${NONE}'\n    keys:")}nope: 1\n`;
    expect(problems(text).map(({ line, path }) => `${line} ${path}`)).toEqual([
      '6 providers.cerebras.base_url',
      '8 providers.cerebras.keys[0].value',
      '9 nope',
    ]);
  });
});

describe('loadSettings', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'asbru-settings-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('reads a file, also one with a byte order mark', async () => {
    const file = join(directory, 'asbru.yaml');
    await writeFile(file, `\uFEFF${MINIMAL}`);
    await expect(loadSettings(file, ENV)).resolves.toMatchObject({ source: file });
  });

  it('refuses what is no file, is not there or is too large', async () => {
    const large = join(directory, 'large.yaml');
    await writeFile(large, `${MINIMAL}#${'x'.repeat(MAX_FILE_BYTES)}`);
    await expect(loadSettings(large, ENV)).rejects.toThrow('is larger than 1048576 bytes');
    await expect(loadSettings(directory, ENV)).rejects.toThrow('is not a file');
    await expect(loadSettings(join(directory, 'none.yaml'), ENV)).rejects.toThrow('there is no such file');
  });
});
