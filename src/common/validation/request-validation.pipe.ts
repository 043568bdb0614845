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
    if (type !== 'body' || !metatype || metatype === Object) return value;
    if (value instanceof UnreadableBody) throw value.error;
    if (!isRecord(value)) {
      throw new GatewayError('invalid_type', `Invalid request body: expected a JSON object, but got ${kindOf(value)}.`);
    }
    const violation = CompiledValidator.of(metatype as Type<unknown>).check(value);
    if (violation) throw new GatewayError(violation.code, violation.message, { param: violation.param });
    return Object.assign(Object.create(metatype.prototype as object) as object, value);
  }
}
