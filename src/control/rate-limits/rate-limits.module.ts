import { Module } from '@nestjs/common';
import { TenancyModule } from '../tenancy/tenancy.module.js';
import { RateLimitsController } from './rate-limits.controller.js';
import { RateLimitsService } from './rate-limits.service.js';

/** /admin/v1/rate-limits */
@Module({ imports: [TenancyModule], controllers: [RateLimitsController], providers: [RateLimitsService] })
export class RateLimitsModule {}
