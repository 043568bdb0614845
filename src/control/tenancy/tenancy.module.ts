import { Module } from '@nestjs/common';
import { Clock, SystemClock } from '../../common/time/clock.port.js';
import { AppConfig } from '../../config/app.config.js';
import { KeyHasher } from './key-hasher.js';
import { keySecrets } from '../secrets/key-secrets.port.js';
import { Tenancy } from './tenancy.js';

/** The way to what tenants own. Needs Notices and Database, which are there for everybody. */
@Module({
  providers: [
    Tenancy,
    { provide: Clock, useClass: SystemClock },
    {
      provide: KeyHasher,
      useFactory: (config: AppConfig) => new KeyHasher(keySecrets(config)),
      inject: [AppConfig],
    },
  ],
  exports: [Tenancy, KeyHasher, Clock],
})
export class TenancyModule {}
