import { Module } from '@nestjs/common';
import { TenancyModule } from '../tenancy/tenancy.module.js';
import { OrganizationsController } from './organizations.controller.js';
import { OrganizationsService } from './organizations.service.js';

/** /admin/v1/organizations */
@Module({ imports: [TenancyModule], controllers: [OrganizationsController], providers: [OrganizationsService] })
export class OrganizationsModule {}
