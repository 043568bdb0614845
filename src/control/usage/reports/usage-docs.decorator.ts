import { applyDecorators } from '@nestjs/common';
import { ApiProduces, ApiQuery } from '@nestjs/swagger';
import { DIMENSIONS, type Filter } from './usage-query.js';

const TIME = 'ISO 8601, as `2026-01-31` or `2026-01-31T12:00:00Z`; UTC when it has no offset.';

/** Query parameters of a report. */
export const ReportDocs = (): MethodDecorator =>
  applyDecorators(
    ApiProduces('application/json', 'text/csv'),
    ApiQuery({
      name: 'group_by',
      required: false,
      type: String,
      example: 'model,day',
      description: `Up to four of ${DIMENSIONS.join(', ')}. An attempt with several tags counts for each of them.`,
    }),
    ApiQuery({ name: 'format', required: false, enum: ['json', 'csv'] }),
  );

/** Query parameters of a page of records. */
export const PageDocs = (): MethodDecorator =>
  applyDecorators(
    ApiQuery({ name: 'limit', required: false, type: Number, description: '1 to 100. Default 20.' }),
    ApiQuery({ name: 'after', required: false, type: String, description: '`last_id` of the page before.' }),
  );

/** Query parameters that choose attempts. */
export const FilterDocs = (filters: readonly Filter[]): MethodDecorator =>
  applyDecorators(
    ApiQuery({
      name: 'from',
      required: false,
      type: String,
      description: `Attempts that ended then or later. ${TIME}`,
    }),
    ApiQuery({ name: 'to', required: false, type: String, description: `Attempts that ended before. ${TIME}` }),
    ...filters.map((name) =>
      ApiQuery({ name, required: false, type: String, description: 'One value, or several with commas.' }),
    ),
  );
