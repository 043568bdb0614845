import { Controller, Get } from '@nestjs/common';
import { ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { ErrorDto } from '../common/errors/error.dto.js';
import { GatewayError } from '../common/errors/gateway-error.js';
import { HealthDto } from './health.dto.js';
import { Readiness } from './readiness.js';

@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** Whether the process runs. A container restarts it when this fails. */
  @Get('live')
  live(): HealthDto {
    return { status: 'ok' };
  }

  /** Whether the process takes requests. A load balancer sends none when this fails. */
  @Get('ready')
  @ApiServiceUnavailableResponse({ description: 'The process is shutting down.', type: ErrorDto })
  ready(): HealthDto {
    if (this.readiness.isReady) return { status: 'ok' };
    throw new GatewayError('server_draining', 'The gateway is shutting down.');
  }
}
