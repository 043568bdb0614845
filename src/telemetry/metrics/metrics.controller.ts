import { Controller, Get, Header, NotFoundException, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../../common/access/access.js';
import { AppConfig } from '../../config/app.config.js';
import { Metrics } from './metrics.port.js';

/** The metrics on the port of the API, unless they are off or have a port of their own. */
@ApiExcludeController()
@Controller('metrics')
@Public()
export class MetricsController {
  constructor(
    private readonly config: AppConfig,
    private readonly metrics: Metrics,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  scrape(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    if (this.config.metricsPlace !== 'main') throw new NotFoundException();
    reply.type(this.metrics.contentType);
    return this.metrics.render();
  }
}
