import { Module } from '@nestjs/common';
import { TenancyModule } from '../tenancy/tenancy.module.js';
import { ProjectsController } from './projects.controller.js';
import { ProjectsService } from './projects.service.js';

/** /admin/v1/projects */
@Module({ imports: [TenancyModule], controllers: [ProjectsController], providers: [ProjectsService] })
export class ProjectsModule {}
