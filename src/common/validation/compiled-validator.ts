import { getMetadataStorage, type ValidationArguments } from 'class-validator';
import type { Type } from '@nestjs/common';
import { asNumber } from '../json/raw-json.js';
import { describeConstraint } from './constraint-messages.js';
import { isCheck, type Violation } from './satisfies.decorator.js';
import { elsewhereOf, type Elsewhere } from './closed.decorator.js';
import { fieldElsewhere, missing, unknownField } from './violations.js';

interface Rule {
  name: string;
  constraints: unknown[];
  passes(value: unknown, args: ValidationArguments): boolean;
}

interface Property {
  name: string;
  required: boolean;
  rules: Rule[];
}

/** Checks of the value's type, which run before those of its range, so that the message fits. */
const TYPE_RULES = new Set(['isString', 'isInt', 'isNumber', 'isBoolean', 'isArray', 'isObject']);

/**
 * The decorators of a DTO class, read once and kept as a flat list of tests.
 * class-validator itself looks its metadata up, groups it and builds error trees on every call, which
 * costs more than the rest of a request; the rules and their meaning stay those of the decorators.
 */
export class CompiledValidator {
  private static readonly cache = new WeakMap<Type<unknown>, CompiledValidator>();

  static of(dto: Type<unknown>): CompiledValidator {
    let compiled = this.cache.get(dto);
    if (!compiled) this.cache.set(dto, (compiled = new CompiledValidator(dto)));
    return compiled;
  }

  private readonly properties: Property[];
  /** Names of the only fields that there may be; undefined where others pass. */
  private readonly names: ReadonlySet<string> | undefined;
  private readonly elsewhere: Elsewhere;

  private constructor(dto: Type<unknown>) {
    this.properties = propertiesOf(dto);
    const elsewhere = elsewhereOf(dto);
    if (elsewhere) this.names = new Set(this.properties.map(({ name }) => name));
    this.elsewhere = elsewhere ?? {};
  }

  /**
   * The first rule that the object breaks, in the order of the class's properties.
   * @param path what stands before the names of its fields, as in `budgets[0].`
   */
  check(object: Readonly<Record<string, unknown>>, path = ''): Violation | undefined {
    const unknown = this.names && Object.keys(object).find((name) => !this.names?.has(name));
    if (unknown !== undefined) return this.unexpected(path, unknown);
    for (const property of this.properties) {
      const value = object[property.name];
      if (value === undefined || value === null) {
        if (property.required) return missing(`${path}${property.name}`);
        continue;
      }
      const violation = checkProperty(property, value, object, `${path}${property.name}`);
      if (violation) return violation;
    }
    return undefined;
  }

  private unexpected(path: string, name: string): Violation {
    const where = Object.hasOwn(this.elsewhere, name) ? this.elsewhere[name] : undefined;
    return where === undefined ? unknownField(path, name, [...(this.names ?? [])]) : fieldElsewhere(path, name, where);
  }
}

function checkProperty(property: Property, value: unknown, object: object, param: string): Violation | undefined {
  const comparable = asNumber(value) ?? value;
  for (const rule of property.rules) {
    const [first] = rule.constraints;
    if (rule.name === 'satisfies' && isCheck(first)) {
      const violation = first(value, param);
      if (violation) return violation;
      continue;
    }
    const args = { value: comparable, constraints: rule.constraints, targetName: '', object, property: property.name };
    if (!rule.passes(comparable, args)) return describeConstraint(rule.name, rule.constraints, value, param);
  }
  return undefined;
}

function propertiesOf(dto: Type<unknown>): Property[] {
  const storage = getMetadataStorage();
  const properties = new Map<string, Property>();
  for (const metadata of storage.getTargetValidationMetadatas(dto, '', false, false)) {
    let property = properties.get(metadata.propertyName);
    if (!property) {
      property = { name: metadata.propertyName, required: true, rules: [] };
      properties.set(property.name, property);
    }
    if (metadata.type === 'conditionalValidation') {
      property.required = false;
    } else if (metadata.type === 'customValidation') {
      for (const { name, instance } of storage.getTargetValidatorConstraints(metadata.constraintCls)) {
        property.rules.push({
          name: metadata.name ?? name,
          constraints: metadata.constraints ?? [],
          passes: (value, args) => instance.validate(value, args) === true,
        });
      }
    } else {
      // A rule that this class does not know must not be skipped without a word.
      throw new Error(`${dto.name}.${metadata.propertyName}: '${metadata.type}' is not supported on a hot-path DTO`);
    }
  }
  for (const property of properties.values()) {
    property.rules.sort((a, b) => Number(TYPE_RULES.has(b.name)) - Number(TYPE_RULES.has(a.name)));
  }
  return [...properties.values()];
}
