import { Global, Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { SseOptions } from '../common/sse/sse.interceptor.js';
import { joinGroup } from '../common/workers/join-group.js';
import { WorkerGroup } from '../common/workers/worker-group.port.js';
import { AppConfig, validateConfig } from './app.config.js';

/** Settings for everybody, as one typed object, and the process's place among others. Nothing else reads process.env. */
@Global()
@Module({
  imports: [ConfigModule.forRoot({ cache: true })],
  providers: [
    // ConfigService is asked for so that a .env file has been read before.
    { provide: AppConfig, useFactory: () => validateConfig(process.env), inject: [ConfigService] },
    // What a process was started as is said by its arguments.
    { provide: WorkerGroup, useFactory: joinGroup },
    {
      provide: SseOptions,
      useFactory: (config: AppConfig): SseOptions => ({ keepAliveMs: config.ASBRU_KEEP_ALIVE_MS }),
      inject: [AppConfig],
    },
  ],
  exports: [AppConfig, SseOptions, WorkerGroup],
})
export class AppConfigModule {}
