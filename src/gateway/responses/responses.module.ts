import { Module } from '@nestjs/common';
import { Clock, SystemClock } from '../../common/time/clock.port.js';
import { AppConfig } from '../../config/app.config.js';
import { Database } from '../../persistence/database.js';
import { RoutingModule } from '../routing/routing.module.js';
import { BackgroundResponses } from './background/background-responses.js';
import { NativeResponses } from './native-responses.service.js';
import { ResponseReplay } from './replay/response-replay.js';
import { ResponseIds } from './response-ids.js';
import { ResponseJobs } from './response-jobs.js';
import { ResponsesController } from './responses.controller.js';
import { ResponsesService } from './responses.service.js';
import { ResponseOptions } from './state/response-options.js';
import { ResponseState } from './state/response-state.js';
import { ResponseArchive } from './store/response-archive.js';
import { OrmResponseStore } from './store/response-store.repository.js';
import { ResponseStore } from './store/response-store.port.js';
import { StoredResponsesService } from './stored-responses.service.js';

const DAY_MS = 86_400_000;

/** POST /v1/responses, and what is stored of it. */
@Module({
  imports: [RoutingModule],
  controllers: [ResponsesController],
  providers: [
    ResponsesService,
    NativeResponses,
    StoredResponsesService,
    ResponseIds,
    ResponseState,
    ResponseReplay,
    BackgroundResponses,
    ResponseJobs,
    { provide: Clock, useClass: SystemClock },
    { provide: ResponseStore, useClass: OrmResponseStore },
    {
      provide: ResponseOptions,
      useFactory: (config: AppConfig): ResponseOptions => ({
        enabled: config.ASBRU_RESPONSE_STORE === 'on',
        ttlMs: config.ASBRU_RESPONSE_TTL_DAYS * DAY_MS,
      }),
      inject: [AppConfig],
    },
    { provide: ResponseArchive, useFactory: openArchive, inject: [ResponseStore, Clock, Database] },
  ],
})
export class ResponsesModule {}

function openArchive(store: ResponseStore, clock: Clock, database: Database): ResponseArchive {
  const archive = new ResponseArchive(store, clock);
  database.beforeClose(() => archive.drain());
  return archive;
}
