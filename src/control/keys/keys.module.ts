import { join } from 'node:path';
import { Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../common/time/clock.port.js';
import { AppConfig } from '../../config/app.config.js';
import { Database } from '../../persistence/database.js';
import { Notices } from '../notices/notices.port.js';
import { KeyHasher } from '../tenancy/key-hasher.js';
import { Tenancy } from '../tenancy/tenancy.js';
import { TenancyModule } from '../tenancy/tenancy.module.js';
import { DirectoryFollower } from './directory-follower.js';
import { KeyDirectory } from './key-directory.port.js';
import { KeySnapshot } from './key-snapshot.js';
import { MemoryKeyDirectory } from './memory-key-directory.js';
import { VirtualKeysController } from './virtual-keys.controller.js';
import { VirtualKeysService } from './virtual-keys.service.js';

/** Virtual keys: /admin/v1/virtual-keys, and all of them in memory for the data plane. */
@Module({
  imports: [TenancyModule],
  controllers: [VirtualKeysController],
  providers: [
    VirtualKeysService,
    {
      provide: MemoryKeyDirectory,
      useFactory: (hasher: KeyHasher, clock: Clock) => new MemoryKeyDirectory(hasher, clock),
      inject: [KeyHasher, Clock],
    },
    { provide: KeyDirectory, useExisting: MemoryKeyDirectory },
    {
      provide: DirectoryFollower,
      useFactory: follower,
      inject: [MemoryKeyDirectory, Database, Tenancy, Notices, Clock, KeyHasher, AppConfig],
    },
  ],
  exports: [KeyDirectory],
})
export class KeysModule implements OnModuleInit, OnApplicationShutdown {
  constructor(private readonly directory: DirectoryFollower) {}

  /** Before the application listens: a key is never unknown because it was not read yet. */
  onModuleInit(): Promise<void> {
    return this.directory.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.directory.stop();
  }
}

function follower(
  directory: MemoryKeyDirectory,
  database: Database,
  tenancy: Tenancy,
  notices: Notices,
  clock: Clock,
  hasher: KeyHasher,
  config: AppConfig,
): DirectoryFollower {
  const path = join(config.ASBRU_DATA_DIR, 'keys.snapshot');
  const snapshot = config.ASBRU_BOOT_FROM_SNAPSHOT === 'on' ? new KeySnapshot(path, hasher) : undefined;
  return new DirectoryFollower(directory, database, tenancy, notices, clock, snapshot);
}
