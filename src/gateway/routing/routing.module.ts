import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { AppConfig } from '../../config/app.config.js';
import { ModelsModule } from '../models/models.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { InferenceRouter } from './inference-router.port.js';
import { ModelResolver } from './model-resolver.js';
import { ParameterFilterInterceptor } from './parameter-filter.interceptor.js';
import { RetryOptions } from './retry.js';
import { SingleRouteRouter } from './single-route.router.js';

/** Which upstream answers, and what it may be sent. */
@Module({
  imports: [ProvidersModule, ModelsModule],
  providers: [
    ModelResolver,
    { provide: InferenceRouter, useClass: SingleRouteRouter },
    { provide: APP_INTERCEPTOR, useClass: ParameterFilterInterceptor },
    {
      provide: RetryOptions,
      useFactory: (config: AppConfig): RetryOptions => ({ maxRetries: config.ASBRU_MAX_RETRIES }),
      inject: [AppConfig],
    },
  ],
  exports: [InferenceRouter],
})
export class RoutingModule {}
