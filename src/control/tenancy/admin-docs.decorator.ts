import { applyDecorators, type Type } from '@nestjs/common';
import { ApiBody, ApiNotFoundResponse, ApiOkResponse, ApiProperty, ApiQuery } from '@nestjs/swagger';

/** Documents a list of entities with its paging. */
export function ListDocs(dto: Type<unknown>, filters: readonly string[] = []): MethodDecorator {
  return applyDecorators(
    ApiQuery({ name: 'limit', required: false, type: 'integer', description: '1 to 100. Default 20.' }),
    ApiQuery({ name: 'after', required: false, type: String, description: '`last_id` of the page before.' }),
    ...filters.map((name) => ApiQuery({ name, required: false, type: String })),
    ApiOkResponse({ type: listOf(dto) }),
  );
}

/** Documents an answer about one entity. */
export function EntityDocs(dto: Type<unknown>): MethodDecorator {
  return applyDecorators(
    ApiOkResponse({ type: dto }),
    ApiNotFoundResponse({ description: 'Nothing of this kind that the administrator sees has this id.' }),
  );
}

/** Documents a body with examples that can be sent as they are: what Swagger UI makes of a schema is refused. */
export function BodyDocs(dto: Type<unknown>, examples: Readonly<Record<string, object>>): MethodDecorator {
  const shown = Object.entries(examples).map(([summary, value]) => [summary, { summary, value }] as const);
  return ApiBody({ type: dto, examples: Object.fromEntries(shown) });
}

/** Documents `?cascade=true`. */
export function CascadeDocs(): MethodDecorator {
  return ApiQuery({
    name: 'cascade',
    required: false,
    enum: ['true', 'false'],
    description: 'Removes what is below too. Default: refused with 409 while there is something below.',
  });
}

function listOf(dto: Type<unknown>): Type<unknown> {
  class List {
    @ApiProperty({ enum: ['list'] })
    object!: string;

    @ApiProperty({ type: [dto] })
    data!: unknown[];

    @ApiProperty()
    has_more!: boolean;

    @ApiProperty({ type: String, nullable: true })
    first_id!: string | null;

    @ApiProperty({ type: String, nullable: true })
    last_id!: string | null;
  }
  Object.defineProperty(List, 'name', { value: `${dto.name.replace(/Dto$/, '')}ListDto` });
  return List;
}
