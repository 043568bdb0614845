import { Controller, Get } from '@nestjs/common';
import { ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../common/access/access.js';
import { ErrorDto } from '../common/errors/error.dto.js';
import { GatewayError } from '../common/errors/gateway-error.js';
import { HealthDto, ReadinessDto } from './health.dto.js';
import { Readiness } from './readiness.js';

@ApiTags('Health')
@Controller('health')
@Public()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** Whether the process runs. A container restarts it when this fails. */
  @Get('live')
  live(): HealthDto {
    return { status: 'ok' };
  }

  /** Whether the process takes requests. A load balancer sends none when this fails. */
  @Get('ready')
  @ApiServiceUnavailableResponse({
    description: 'The process is shutting down, its schema is missing, or the keys that it requires were not read yet.',
    type: ErrorDto,
  })
  ready(): ReadinessDto {
    const { refusal, databaseState } = this.readiness;
    if (refusal === undefined) return { status: 'ok', database: databaseState };
    throw new GatewayError(refusal.code, refusal.message);
  }
}
