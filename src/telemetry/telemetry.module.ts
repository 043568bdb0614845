import { Global, Module } from '@nestjs/common';
import { AppLogger } from './logger.js';

/** Logs for everybody. */
@Global()
@Module({ providers: [AppLogger], exports: [AppLogger] })
export class TelemetryModule {}
