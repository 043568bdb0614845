import { Injectable, type ArgumentMetadata, type PipeTransform, type Type } from '@nestjs/common';
import { GatewayError } from '../errors/gateway-error.js';
import { UnreadableBody } from '../http/unreadable-body.js';
import { isRecord } from '../json/is-record.js';
import { CompiledValidator } from './compiled-validator.js';
import { kindOf } from './violations.js';

/**
 * Turns a JSON body into its DTO and refuses what breaks the DTO's rules, in OpenAI's error shape.
 * The DTO is a shallow copy: the caller's unknown fields stay on it (the parameter filter decides about
 * them), and large members such as `messages` are shared, not cloned.
 */
@Injectable()
export class RequestValidationPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type !== 'body' || !isDto(metatype)) return value;
    if (value instanceof UnreadableBody) throw value.error;
    if (!isRecord(value)) {
      throw new GatewayError('invalid_type', `Invalid request body: expected a JSON object, but got ${kindOf(value)}.`);
    }
    const violation = CompiledValidator.of(metatype).check(value);
    if (violation) throw new GatewayError(violation.code, violation.message, { param: violation.param });
    return Object.assign(new metatype(), value);
  }
}

/** Nest names Object as the class of a parameter whose type is no class. */
function isDto(metatype: ArgumentMetadata['metatype']): metatype is Type<object> {
  return metatype !== undefined && metatype !== Object;
}
