import { isObject } from '../json-value.js';
import { GeminiRefusal, RPC } from './gemini-answers.js';

/** How Google's services read JSON: each field has a type, other names are refused (protobuf's JSON mapping). */
export type Field =
  | 'string'
  | 'bool'
  | 'float'
  | 'int32'
  | 'int64'
  | 'bytes'
  | 'struct'
  | 'value'
  | { readonly kind: 'enum'; readonly name: string; readonly values: readonly string[] }
  | { readonly kind: 'list'; readonly of: Field }
  | { readonly kind: 'map'; readonly of: Field }
  | { readonly kind: 'message'; readonly fields: () => Message };

/** Fields by their camelCase names. */
export type Message = Readonly<Record<string, Field>>;

export const list = (of: Field): Field => ({ kind: 'list', of });
export const map = (of: Field): Field => ({ kind: 'map', of });
/** A function, because messages hold themselves. */
export const message = (fields: () => Message): Field => ({ kind: 'message', fields });
export const oneOf = (name: string, ...values: string[]): Field => ({ kind: 'enum', name, values });

interface Violation {
  readonly field: string;
  readonly description: string;
}

/** A body under its camelCase names, lists where lists are meant. @throws GeminiRefusal 400 that names all violations */
export function readProto(value: unknown, fields: Message): Record<string, unknown> {
  const reader = new ProtoReader();
  const read = reader.message(value, fields, '');
  const { violations } = reader;
  if (violations.length === 0) return read;
  const details = [{ '@type': `${RPC}.BadRequest`, fieldViolations: violations }];
  throw new GeminiRefusal(400, violations.map(({ description }) => description).join('\n'), details);
}

class ProtoReader {
  readonly violations: Violation[] = [];

  message(value: unknown, fields: Message, path: string): Record<string, unknown> {
    if (!isObject(value)) {
      this.unknown(
        path,
        Array.isArray(value) ? 'Proto field is not repeating, cannot start list.' : 'Root element must be a message.',
      );
      return {};
    }
    const out: Record<string, unknown> = {};
    for (const [key, member] of Object.entries(value)) {
      const name = key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (field === undefined) this.unknown(path, 'Cannot find field.', key);
      else if (member !== null) out[name] = this.field(member, field, join(path, snake(name)), key, path);
    }
    return out;
  }

  private field(value: unknown, field: Field, path: string, key: string, parent: string): unknown {
    if (typeof field === 'string') return this.scalar(value, field, path, key, parent);
    switch (field.kind) {
      case 'list':
        // One message is taken for a list of one.
        return (Array.isArray(value) ? value : [value]).map((item: unknown, i) =>
          this.field(item, field.of, `${path}[${i}]`, key, parent),
        );
      case 'map':
        return this.map(value, field.of, path);
      case 'enum':
        return this.enumeration(value, field, path);
      default:
        if (Array.isArray(value)) return this.unknown(parent, 'Proto field is not repeating, cannot start list.', key);
        return this.message(value, field.fields(), path);
    }
  }

  private map(value: unknown, of: Field, path: string): unknown {
    if (!isObject(value)) return this.wrong(path, 'Map', value);
    const entries = Object.entries(value).map(([name, item], i) => [
      name,
      this.field(item, of, `${path}[${i}].value`, name, path),
    ]);
    return Object.fromEntries(entries) as unknown;
  }

  private enumeration(value: unknown, { name, values }: Extract<Field, { kind: 'enum' }>, path: string): unknown {
    if (typeof value === 'string' && values.includes(value.toUpperCase())) return value.toUpperCase();
    return this.wrong(path, `type.googleapis.com/google.ai.generativelanguage.v1beta.${name}`, value);
  }

  private scalar(value: unknown, type: string, path: string, key: string, parent: string): unknown {
    if (Array.isArray(value) && type !== 'value') {
      return this.unknown(parent, 'Proto field is not repeating, cannot start list.', key);
    }
    if (SCALARS[type]?.(value)) return value;
    return this.wrong(
      path,
      type === 'struct' ? 'type.googleapis.com/google.protobuf.Struct' : `TYPE_${type.toUpperCase()}`,
      value,
    );
  }

  private unknown(path: string, what: string, key?: string): undefined {
    const at = path === '' ? '' : ` at '${path}'`;
    const name = key === undefined ? '' : `Unknown name "${key}"${at}: `;
    this.violations.push({ field: path, description: `Invalid JSON payload received. ${name}${what}` });
  }

  private wrong(path: string, type: string, value: unknown): undefined {
    const shown = JSON.stringify(value).slice(0, 100);
    this.violations.push({ field: path, description: `Invalid value at '${path}' (${type}), ${shown}` });
  }
}

const isNumber = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value)));

const SCALARS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  bool: (value) => typeof value === 'boolean',
  float: isNumber,
  int32: (value) => isNumber(value) && Number.isInteger(Number(value)) && Math.abs(Number(value)) < 2 ** 31,
  int64: (value) => isNumber(value) && Number.isInteger(Number(value)),
  // Both alphabets of base64.
  bytes: (value) => typeof value === 'string' && /^[A-Za-z0-9+/_-]*={0,2}$/.test(value),
  struct: isObject,
  value: () => true,
};

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
