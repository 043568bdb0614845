import { Module } from '@nestjs/common';
import { AppConfig } from '../../config/app.config.js';
import { HmacKeyHasher } from './hmac-key-hasher.js';
import { KeyHasher } from './key-hasher.port.js';
import { LazyKeyHasher } from './lazy-key-hasher.js';
import { keySecrets } from './key-secrets.port.js';

/** The secrets that keys and tokens are hashed with. */
@Module({
  providers: [
    {
      provide: KeyHasher,
      useFactory: (config: AppConfig) => new LazyKeyHasher(() => new HmacKeyHasher(keySecrets(config))),
      inject: [AppConfig],
    },
  ],
  exports: [KeyHasher],
})
export class SecretsModule {}
