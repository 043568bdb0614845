import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROVIDER_TYPES } from '../../../config/file/provider-types.js';
import { parseSettings } from '../../../config/file/settings-loader.js';
import { azureProfile } from './azure-openai.profile.js';
import { PROFILES } from './profile-of.js';

const DOCS = readFileSync(join(__dirname, '../../../../docs/providers.md'), 'utf8');
const ALL = [...Object.values(PROFILES), azureProfile(null), azureProfile('2024-10-21')];

describe('profiles', () => {
  it('are there for each type that says so', () => {
    const profiled = Object.entries(PROVIDER_TYPES).flatMap(([type, facts]) => ('profiled' in facts ? [type] : []));
    const known = [...Object.keys(PROFILES), 'azure-openai', 'openai-compatible'];
    expect(known.toSorted()).toEqual(profiled.toSorted());
    for (const [type, { kind }] of Object.entries(PROFILES)) expect(kind).toBe(type);
  });

  it.each(ALL.map((profile) => [profile.kind, profile] as const))('%s names its sources', (_, { sources }) => {
    expect(sources.length).toBeGreaterThan(0);
    for (const { url, asOf, proves } of sources) {
      expect(url).toMatch(/^https:\/\//);
      expect(asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(proves.length).toBeGreaterThan(5);
    }
  });

  it.each(ALL.map((profile) => [profile.kind, profile] as const))('%s agrees with itself', (_, profile) => {
    const { operations, text, chat } = profile;
    expect(operations).toContain('chat');
    expect(new Set(operations).size).toBe(operations.length);
    // Text completions have rules where they are an operation, and only there.
    expect(text !== undefined).toBe(operations.includes('completions'));
    expect(chat.parameters.messages).toBe('adapt');
    // A renamed parameter is one that is taken.
    for (const name of Object.keys(chat.renames)) expect(chat.parameters[name]).toBe('pass');
  });
});

describe('docs/providers.md', () => {
  it.each(ALL.map((profile) => [profile.kind, profile] as const))(
    'says of %s what its profile says',
    (kind, profile) => {
      const row = DOCS.split('\n').find((line) => line.startsWith(`| \`${kind}\` |`)) ?? '';
      const named = [...row.matchAll(/`(\w+)`/g)].map(([, word]) => word);
      for (const operation of profile.operations) expect(named).toContain(operation);
      expect(DOCS).toContain(profile.title);
      for (const { url } of profile.sources) expect(DOCS).toContain(url);
    },
  );

  it.each([...DOCS.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = ''], i) => [i + 1, yaml] as const))(
    'has a file in its block %i that works',
    (_, yaml) => {
      const env = new Proxy({}, { get: () => 'value-1' });
      expect(Object.keys(parseSettings(Buffer.from(yaml), 'asbru.yaml', env).providers).length).toBeGreaterThan(0);
    },
  );

  it('has the custom provider in ten lines', () => {
    const [, yaml = ''] = /<!-- ten lines -->\n\n```yaml\n([\s\S]*?)```/.exec(DOCS) ?? [];
    expect(yaml.trimEnd().split('\n').length).toBeLessThanOrEqual(12);
    expect(yaml).toContain('openai-compatible');
  });
});
