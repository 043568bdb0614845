import { applyDecorators, type Type } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { isRecord } from '../json/is-record.js';
import { CompiledValidator } from './compiled-validator.js';
import { type Check, Satisfies } from './satisfies.decorator.js';
import { longArray, wrongType } from './violations.js';

/** A list of objects, each as a DTO says, and at most so many. */
export function ListOf(dto: Type<unknown>, max: number): PropertyDecorator {
  return applyDecorators(ApiPropertyOptional({ type: [dto] }), Satisfies(listOf(dto, max)));
}

function listOf(dto: Type<unknown>, max: number): Check {
  return (value, param) => {
    if (!Array.isArray(value)) return wrongType(param, 'an array of objects', value);
    if (value.length > max) return longArray(param, max, value.length);
    for (const [index, item] of value.entries()) {
      const path = `${param}[${index}]`;
      const violation = isRecord(item)
        ? CompiledValidator.of(dto).check(item, `${path}.`)
        : wrongType(path, 'an object', item);
      if (violation) return violation;
    }
    return undefined;
  };
}
