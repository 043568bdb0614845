import { Global, Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { SseOptions } from '../common/sse/sse.interceptor.js';
import { AppConfig, validateConfig } from './app.config.js';

/** Settings for everybody, as one typed object. Nothing else reads process.env. */
@Global()
@Module({
  imports: [ConfigModule.forRoot({ cache: true })],
  providers: [
    // ConfigService is asked for so that a .env file has been read before.
    { provide: AppConfig, useFactory: () => validateConfig(process.env), inject: [ConfigService] },
    {
      provide: SseOptions,
      useFactory: (config: AppConfig): SseOptions => ({ keepAliveMs: config.ASBRU_KEEP_ALIVE_MS }),
      inject: [AppConfig],
    },
  ],
  exports: [AppConfig, SseOptions],
})
export class AppConfigModule {}
