import type { ValidateFunction } from 'ajv';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import { pathText } from '../../../config/file/json-pointer.js';
import { problemOf } from './price-document.reader.js';
import { PRICING_DEFS, PRICING_FIELDS } from './price-document.schema.js';
import { schemaCompiler } from './schema-compiler.js';
import type { WrittenPricing } from './price-document.types.js';
import { type PriceProblem, type Pricings, readPricing } from './pricing-reader.js';

let compiled: ValidateFunction<WrittenPricing> | undefined;

/**
 * Reads rates of a request's body, whose fields are checked only on their own.
 * @throws GatewayError `invalid_value` that names the field
 */
export function readWrittenPricing(written: Readonly<Record<string, unknown>>): Pricings {
  compiled ??= schemaCompiler(false).compile<WrittenPricing>({
    type: 'object',
    properties: PRICING_FIELDS,
    $defs: PRICING_DEFS,
    additionalProperties: false,
  });
  if (!compiled(written)) {
    const [error] = compiled.errors ?? [];
    throw refusal(error ? problemOf(error) : { pointer: '', message: 'has the wrong form' });
  }
  const problems: PriceProblem[] = [];
  const pricing = readPricing(written, '', (pointer, message) => void problems.push({ pointer, message }));
  const [problem] = problems;
  if (problem) throw refusal(problem);
  return pricing;
}

function refusal({ pointer, message }: PriceProblem): GatewayError {
  const path = pathText(pointer);
  const text = path === '' ? `The price ${message}.` : `Invalid '${path}': ${message}.`;
  return new GatewayError('invalid_value', text, { param: path === '' ? null : path });
}
