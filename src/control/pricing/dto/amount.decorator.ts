import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { asNumber } from '../../../common/json/raw-json.js';
import { Satisfies, type Violation } from '../../../common/validation/satisfies.decorator.js';
import { kindOf } from '../../../common/validation/violations.js';
import { parseDollars } from '../../contract/money.js';
import { HIGHEST_PRICE } from '../cost.js';

/** An amount of dollars, as a text or a number, with at most six decimals. */
export function Amount(description: string, example: string): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ oneOf: [{ type: 'string' }, { type: 'number' }], description, example }),
    IsOptional(),
    Satisfies(checkAmount),
  );
}

function checkAmount(value: unknown, param: string): Violation | undefined {
  if (typeof value === 'string' || asNumber(value) !== undefined) {
    // A number that a double does not hold has more than six decimals.
    const micros = JSON.isRawJSON(value) ? undefined : parseDollars(typeof value === 'string' ? value : Number(value));
    return micros !== undefined && micros <= HIGHEST_PRICE ? undefined : noAmount(param);
  }
  return {
    param,
    code: 'invalid_type',
    message: `Invalid type for '${param}': expected an amount of dollars, but got ${kindOf(value)} instead.`,
  };
}

function noAmount(param: string): Violation {
  const unit = param.endsWith('_per_million') ? ' for a million tokens (not for one)' : '';
  return {
    param,
    code: 'invalid_value',
    message: `Invalid '${param}': expected dollars${unit} from 0 to 9000 with at most six decimals, as in '0.35'.`,
  };
}
