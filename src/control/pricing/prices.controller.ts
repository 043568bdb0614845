import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiConflictResponse,
  ApiExtraModels,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiQuery,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { Requires } from '../../common/access/access.js';
import { type AdminPrincipal, CurrentAdmin } from '../auth/admin.port.js';
import type { PriceDocument } from './document/price-document.types.js';
import { EstimatePriceDto } from './dto/estimate-price.dto.js';
import { CreatePriceOverrideDto, UpdatePriceOverrideDto } from './dto/price-override.dto.js';
import {
  type AnsweredRates,
  DeletedPriceOverrideDto,
  PriceEstimateDto,
  PriceListDto,
  PriceOverrideDto,
  PriceOverrideListDto,
  withRates,
} from './dto/price.dto.js';
import type { RawQuery } from '../../common/http/query.js';
import { PriceOverridesService } from './price-overrides.service.js';
import { PricesService } from './prices.service.js';

/** A price document; docs/prices.md has the form of a sheet. */
const DOCUMENT = {
  type: 'object',
  required: ['version', 'sheets'],
  properties: {
    version: { type: 'integer', example: 1 },
    sheets: { type: 'array', items: { type: 'object', additionalProperties: true } },
  },
};
const OVERRIDE = { schema: withRates(getSchemaPath(PriceOverrideDto)) };

@ApiTags('Admin')
@ApiExtraModels(PriceOverrideDto)
@ApiBadRequestResponse({ description: 'A field is wrong or unknown; `param` names it.' })
@Controller('admin/v1/prices')
export class PricesController {
  constructor(
    private readonly prices: PricesService,
    private readonly overrides: PriceOverridesService,
  ) {}

  /** Lists what each model costs, and by whose word: the price book, the operator's file, or an override. */
  @Get()
  @Requires('prices', 'read')
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 } })
  @ApiQuery({ name: 'after', required: false, description: 'Id of the last price of the page before.' })
  @ApiQuery({ name: 'provider', required: false })
  @ApiQuery({ name: 'model', required: false, description: 'A name, or a pattern with `*`.' })
  @ApiQuery({ name: 'at', required: false, description: 'A day or moment of UTC; default: now.' })
  @ApiQuery({ name: 'organization_id', required: false, description: 'Whose overrides apply.' })
  @ApiOkResponse({ type: PriceListDto })
  list(@CurrentAdmin() admin: AdminPrincipal, @Query() query: RawQuery): PriceListDto {
    return this.prices.list(admin, query);
  }

  /** Exports the price book, with the operator's file on top of it, in the form that such a file has. */
  @Get('book')
  @Requires('prices', 'read')
  @ApiOkResponse({ schema: DOCUMENT })
  book(): PriceDocument {
    return this.prices.export();
  }

  /** Calculates what requests would cost. */
  @Post('estimate')
  @HttpCode(200)
  @Requires('prices', 'read')
  @ApiOkResponse({ type: PriceEstimateDto })
  @ApiNotFoundResponse({ description: 'The model has no price.' })
  estimate(@CurrentAdmin() admin: AdminPrincipal, @Body() dto: EstimatePriceDto): PriceEstimateDto {
    return this.prices.estimate(admin, dto);
  }

  /** Makes a price override. */
  @Post('overrides')
  @HttpCode(200)
  @Requires('prices', 'create')
  @ApiOkResponse(OVERRIDE)
  @ApiConflictResponse({ description: 'There is one for the same at the same time.' })
  create(
    @CurrentAdmin() admin: AdminPrincipal,
    @Body() dto: CreatePriceOverrideDto,
  ): Promise<PriceOverrideDto & AnsweredRates> {
    return this.overrides.create(admin, dto);
  }

  /** Lists price overrides. */
  @Get('overrides')
  @Requires('prices', 'read')
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 } })
  @ApiQuery({ name: 'after', required: false, description: 'Id of the last override of the page before.' })
  @ApiQuery({ name: 'provider', required: false })
  @ApiQuery({ name: 'model', required: false })
  @ApiQuery({ name: 'organization_id', required: false })
  @ApiOkResponse({ type: PriceOverrideListDto })
  listOverrides(@CurrentAdmin() admin: AdminPrincipal, @Query() query: RawQuery): Promise<PriceOverrideListDto> {
    return this.overrides.list(admin, query);
  }

  /** Retrieves a price override. */
  @Get('overrides/:id')
  @Requires('prices', 'read')
  @ApiOkResponse(OVERRIDE)
  @ApiNotFoundResponse({ description: 'There is none with this id.' })
  retrieve(@CurrentAdmin() admin: AdminPrincipal, @Param('id') id: string): Promise<PriceOverrideDto & AnsweredRates> {
    return this.overrides.retrieve(admin, id);
  }

  /** Changes what is given of a price override, and leaves the rest; null takes a rate, date or note away. */
  @Patch('overrides/:id')
  @Requires('prices', 'update')
  @ApiOkResponse(OVERRIDE)
  @ApiNotFoundResponse({ description: 'There is none with this id.' })
  @ApiConflictResponse({ description: 'There is one for the same at the same time.' })
  update(
    @CurrentAdmin() admin: AdminPrincipal,
    @Param('id') id: string,
    @Body() dto: UpdatePriceOverrideDto,
  ): Promise<PriceOverrideDto & AnsweredRates> {
    return this.overrides.update(admin, id, dto);
  }

  /** Deletes a price override. */
  @Delete('overrides/:id')
  @Requires('prices', 'delete')
  @ApiOkResponse({ type: DeletedPriceOverrideDto })
  @ApiNotFoundResponse({ description: 'There is none with this id.' })
  remove(@CurrentAdmin() admin: AdminPrincipal, @Param('id') id: string): Promise<DeletedPriceOverrideDto> {
    return this.overrides.remove(admin, id);
  }
}
