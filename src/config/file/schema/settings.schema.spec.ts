import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { isRecord } from '../../../common/json/is-record.js';
import { parseSettings } from '../settings-loader.js';
import { readYaml } from '../yaml-reader.js';
import { schemaText, SETTINGS_SCHEMA } from './settings.schema.js';

const ROOT = join(__dirname, '../../../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

interface Field {
  readonly name: string;
  readonly schema: Record<string, unknown>;
}

/** Every field of the schema, at any depth. */
function fieldsOf(schema: unknown): Field[] {
  if (!isRecord(schema)) return [];
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  const own = Object.entries(properties).flatMap(([name, field]) => (isRecord(field) ? [{ name, schema: field }] : []));
  const parts = isRecord(schema['$defs']) ? Object.values(schema['$defs']) : [];
  const inner = [...Object.values(properties), ...parts, schema['additionalProperties'], schema['items']].flatMap(
    fieldsOf,
  );
  return own.concat(inner);
}

const FIELDS = fieldsOf(SETTINGS_SCHEMA);
const isNumeric = ({ schema }: Field): boolean =>
  [schema['type']].flat().some((t) => t === 'integer' || t === 'number');

describe('asbru.schema.json', () => {
  it('is what the code uses', () => {
    expect(read('asbru.schema.json')).toBe(schemaText());
  });

  it('is a valid schema that describes every field and bounds every number', () => {
    expect(new Ajv2020({ allowUnionTypes: true }).validateSchema(SETTINGS_SCHEMA)).toBe(true);
    expect(FIELDS.length).toBeGreaterThan(60);
    expect(FIELDS.filter(({ schema }) => typeof schema['description'] !== 'string')).toEqual([]);
    expect(FIELDS.filter(({ name }) => !/^[a-z]+(_[a-z]+)*$/.test(name))).toEqual([]);
    expect(FIELDS.filter((field) => isNumeric(field) && typeof field.schema['maximum'] !== 'number')).toEqual([]);
  });

  it('accepts each of its own defaults', () => {
    const withDefault = FIELDS.filter(({ schema }) => 'default' in schema);
    expect(withDefault.length).toBeGreaterThan(40);
    const refused = withDefault.filter(
      ({ schema }) => !new Ajv2020({ allowUnionTypes: true }).compile(schema)(schema['default']),
    );
    expect(refused).toEqual([]);
  });

  it('is explained field by field in the documentation, with the defaults', () => {
    const lines = read('docs/configuration-file.md').split('\n');
    const cell = ({ schema }: Field): string =>
      typeof schema['default'] === 'number' ? `| \`${schema['default']}\` |` : '|';
    const missing = FIELDS.filter(
      (field) => !lines.some((line) => line.startsWith(`| \`${field.name}\` |`) && line.includes(cell(field))),
    );
    expect(missing.map(({ name }) => name)).toEqual([]);
  });
});

describe('asbru.example.yaml', () => {
  it('works with one key in the environment', () => {
    const settings = parseSettings(Buffer.from(read('asbru.example.yaml')), 'asbru.example.yaml', {
      CEREBRAS_API_KEY: 'csk-1',
    });
    expect(Object.keys(settings.providers)).toEqual(['cerebras', 'backup', 'openai', 'local']);
    expect(Object.keys(settings.routes)).toEqual(['fast', 'spread']);
  });

  it('is valid for editors, which fill nothing in', () => {
    const example = read('asbru.example.yaml');
    expect(example).toMatch(/^# yaml-language-server: \$schema=\.\/asbru\.schema\.json\n/);
    const accepts = new Ajv2020({ allowUnionTypes: true, allErrors: true }).compile(SETTINGS_SCHEMA);
    accepts(readYaml(example).data);
    expect(accepts.errors).toBeNull();
  });
});
