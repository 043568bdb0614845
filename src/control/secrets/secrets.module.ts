import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { AppConfig } from '../../config/app.config.js';
import { HmacKeyHasher } from './hmac-key-hasher.js';
import { KeyHasher } from './key-hasher.port.js';
import { LazyKeyHasher } from './lazy-key-hasher.js';
import { secretIn } from './secret-file.js';

/** The secrets that keys and tokens are hashed with. */
@Module({
  providers: [
    {
      provide: KeyHasher,
      useFactory: (config: AppConfig) => new LazyKeyHasher(() => new HmacKeyHasher(secretsOf(config))),
      inject: [AppConfig],
    },
  ],
  exports: [KeyHasher],
})
export class SecretsModule {}

function secretsOf({ secrets, ASBRU_DATA_DIR }: AppConfig): readonly string[] {
  return secrets.length > 0 ? secrets : [secretIn(join(ASBRU_DATA_DIR, 'secret'))];
}
