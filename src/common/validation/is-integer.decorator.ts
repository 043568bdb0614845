import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt } from 'class-validator';

/** A whole number, also for OpenAPI, which would otherwise read `number` from the TypeScript type. */
export function IsInteger(): PropertyDecorator {
  return applyDecorators(IsInt(), ApiPropertyOptional({ type: 'integer' }));
}
