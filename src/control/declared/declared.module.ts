import { Module } from '@nestjs/common';
import { PoliciesModule } from '../policies/policies.module.js';
import { TenancyModule } from '../tenancy/tenancy.module.js';
import { DeclarationFollower } from './declaration-follower.js';
import { Declarations } from './declarations.js';
import { DeclaredController } from './declared.controller.js';
import { DeclaredService } from './declared.service.js';

/**
 * What `asbru.yaml` declares of the control plane: applied before the gateway listens, and at each change of the file.
 * Needs `GatewaySettingsStore`, `Notices` and `Database`, which are there for everybody.
 */
@Module({
  imports: [TenancyModule, PoliciesModule],
  controllers: [DeclaredController],
  providers: [Declarations, DeclarationFollower, DeclaredService],
})
export class DeclaredModule {}
