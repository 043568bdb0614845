import { Global, Module, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { Clock, SystemClock } from '../../common/time/clock.port.js';
import { Database } from '../../persistence/database.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { AccessGuard } from './access/access.guard.js';
import { AdminAuthenticator } from './access/admin-authenticator.js';
import { RouteInventory } from './access/route-inventory.js';
import { AdminTokensController } from './admin-tokens/admin-tokens.controller.js';
import { AdminTokensService } from './admin-tokens/admin-tokens.service.js';
import { AdminDirectory } from './directory/admin-directory.js';
import { AdminMeController } from './me/admin-me.controller.js';
import { AdminMeService } from './me/admin-me.service.js';
import { AdminChanges } from './organization-end.port.js';
import { RolesController } from './roles/roles.controller.js';
import { RolesService } from './roles/roles.service.js';
import { SetupAnnouncer } from './setup/setup-announcer.js';
import { SetupController } from './setup/setup.controller.js';
import { SetupService } from './setup/setup.service.js';
import { OrmAdminStore } from './store/admin-store.repository.js';
import { AdminStore } from './store/admin-store.port.js';

/** Who may call what: the guard of all routes, administrators, their roles and tokens. Whose end ends theirs tells it. */
@Global()
@Module({
  imports: [SecretsModule, DiscoveryModule],
  controllers: [SetupController, AdminMeController, AdminTokensController, RolesController],
  providers: [
    AccessGuard,
    { provide: APP_GUARD, useExisting: AccessGuard },
    { provide: AdminStore, useClass: OrmAdminStore },
    { provide: Clock, useClass: SystemClock },
    AdminAuthenticator,
    AdminDirectory,
    { provide: AdminChanges, useExisting: AdminDirectory },
    AdminMeService,
    AdminTokensService,
    RolesService,
    RouteInventory,
    SetupAnnouncer,
    SetupService,
  ],
  exports: [AdminChanges, RouteInventory],
})
export class AuthModule implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly directory: AdminDirectory,
  ) {}

  onModuleInit(): void {
    this.database.beforeClose(() => this.directory.writeUses().catch(ignoreOutage));
  }
}

/** The last use of a token is worth nothing against an end that hangs. */
function ignoreOutage(error: unknown): void {
  if (!(error instanceof GatewayError && error.code === 'storage_unavailable')) throw error;
}
