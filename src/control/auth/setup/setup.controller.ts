import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiOkResponse,
  ApiTags,
  ApiTooManyRequestsResponse,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Public } from '../../../common/access/access.js';
import { NewAdminTokenDto } from '../admin-tokens/dto/admin-token.dto.js';
import { SetupDto } from './setup.dto.js';
import { SetupService } from './setup.service.js';

@ApiTags('Admin')
@Controller('admin/v1/setup')
export class SetupController {
  constructor(private readonly setup: SetupService) {}

  /** Makes the first owner, once, for who has the one-time setup token. */
  @Post()
  @HttpCode(200)
  @Public()
  @ApiOkResponse({ type: NewAdminTokenDto })
  @ApiUnauthorizedResponse({ description: 'The setup token is not valid, or not any more.' })
  @ApiConflictResponse({ description: 'There is an owner already.' })
  @ApiTooManyRequestsResponse({ description: 'Too many attempts.' })
  claim(@Body() body: SetupDto, @Req() request: FastifyRequest): Promise<NewAdminTokenDto> {
    return this.setup.claim(body, request.clientAddress ?? '');
  }
}
