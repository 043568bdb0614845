import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBadRequestResponse, ApiNotFoundResponse, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Requires } from '../../common/access/access.js';
import { ErrorDto } from '../../common/errors/error.dto.js';
import { type AdminPrincipal, CurrentAdmin } from '../auth/admin.port.js';
import { DryRunService } from './dry-run/dry-run.service.js';
import { CheckExpressionDto } from './dto/check-expression.dto.js';
import { CreatePolicyDto } from './dto/create-policy.dto.js';
import { DryRunPolicyDto } from './dto/dry-run-policy.dto.js';
import { DryRunDto } from './dto/dry-run.dto.js';
import { ExpressionCheckDto } from './dto/expression-check.dto.js';
import { DeletedPolicyDto, PolicyDto, PolicyListDto } from './dto/policy.dto.js';
import { UpdatePolicyDto } from './dto/update-policy.dto.js';
import { PoliciesService } from './policies.service.js';
import type { RawQuery } from '../../common/http/query.js';
import { SCOPES } from './policy.types.js';

const UNKNOWN = { description: 'There is none with this id.', type: ErrorDto };

@ApiTags('Admin')
@ApiBadRequestResponse({ description: 'Something in the request is wrong.', type: ErrorDto })
@Controller('admin/v1/policies')
export class PoliciesController {
  constructor(
    private readonly policies: PoliciesService,
    private readonly dryRuns: DryRunService,
  ) {}

  /** Lists rules, the newest first. */
  @Get()
  @Requires('policies', 'read')
  @ApiQuery({ name: 'limit', required: false, description: 'From 1 to 100; default 20.' })
  @ApiQuery({ name: 'after', required: false, description: 'Id of the last one of the page before.' })
  @ApiQuery({ name: 'scope', required: false, enum: SCOPES })
  @ApiQuery({ name: 'scope_id', required: false })
  list(@CurrentAdmin() admin: AdminPrincipal, @Query() query: RawQuery): Promise<PolicyListDto> {
    return this.policies.list(admin, query);
  }

  /** Makes a rule. All nodes follow it within two seconds. */
  @Post()
  @HttpCode(200)
  @Requires('policies', 'create')
  create(@CurrentAdmin() admin: AdminPrincipal, @Body() body: CreatePolicyDto): Promise<PolicyDto> {
    return this.policies.create(admin, body);
  }

  /** Checks an expression, and names all that expressions may look at and call. */
  @Post('check')
  @HttpCode(200)
  @Requires('policies', 'read')
  check(@Body() body: CheckExpressionDto): Promise<ExpressionCheckDto> {
    return this.policies.check(body);
  }

  /** Tries a rule on recent requests of the ledger, and shows whom it would have hit. Needs usage:read too. */
  @Post('dry-run')
  @HttpCode(200)
  @Requires('policies', 'read')
  dryRun(@CurrentAdmin() admin: AdminPrincipal, @Body() body: DryRunPolicyDto): Promise<DryRunDto> {
    return this.dryRuns.run(admin, body);
  }

  /** Shows a rule, with what it has done on the node that answers. */
  @Get(':id')
  @Requires('policies', 'read')
  @ApiNotFoundResponse(UNKNOWN)
  find(@CurrentAdmin() admin: AdminPrincipal, @Param('id') id: string): Promise<PolicyDto> {
    return this.policies.find(admin, id);
  }

  /** Changes what is given of a rule; the rest stays. */
  @Patch(':id')
  @Requires('policies', 'update')
  @ApiNotFoundResponse(UNKNOWN)
  update(
    @CurrentAdmin() admin: AdminPrincipal,
    @Param('id') id: string,
    @Body() body: UpdatePolicyDto,
  ): Promise<PolicyDto> {
    return this.policies.update(admin, id, body);
  }

  /** Deletes a rule. */
  @Delete(':id')
  @Requires('policies', 'delete')
  @ApiNotFoundResponse(UNKNOWN)
  remove(@CurrentAdmin() admin: AdminPrincipal, @Param('id') id: string): Promise<DeletedPolicyDto> {
    return this.policies.remove(admin, id);
  }
}
