import { Global, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { SystemClock } from '../common/time/clock.port.js';
import { AppConfig } from '../config/app.config.js';
import { Database } from './database.js';

/** The database, for the repositories of the features. */
@Global()
@Module({
  providers: [
    {
      provide: Database,
      useFactory: (config: AppConfig) => new Database(config.database, new SystemClock()),
      inject: [AppConfig],
    },
  ],
  exports: [Database],
})
export class PersistenceModule implements OnModuleInit, OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  /** Waits for the first attempt only: a database that is away does not keep the gateway from starting. */
  onModuleInit(): Promise<void> {
    return this.database.start();
  }

  /** After the last answer, which may have something to store. */
  onApplicationShutdown(): Promise<void> {
    return this.database.close();
  }
}
