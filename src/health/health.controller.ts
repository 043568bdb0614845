import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HealthDto } from './health.dto.js';

@ApiTags('Health')
@Controller('health')
export class HealthController {
  /** Whether the process runs. A container restarts it when this fails. */
  @Get('live')
  live(): HealthDto {
    return { status: 'ok' };
  }

  /** Whether the process takes requests. A load balancer sends none when this fails. */
  @Get('ready')
  ready(): HealthDto {
    return { status: 'ok' };
  }
}
