import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../common/access/access.js';
import { type AdminPrincipal, CurrentAdmin } from '../auth/admin.port.js';
import { BodyDocs, CascadeDocs, EntityDocs, ListDocs } from '../tenancy/admin-docs.decorator.js';
import type { RawQuery } from '../../common/http/query.js';
import { DeletedDto } from '../tenancy/dto/answers.dto.js';
import type { ListAnswer } from '../tenancy/entity-answer.js';
import { CreateProjectDto, ProjectDto, UpdateProjectDto } from './dto/project.dto.js';
import { ProjectsService } from './projects.service.js';

@ApiTags('Admin')
@Controller('admin/v1/projects')
export class ProjectsController {
  constructor(private readonly projects: ProjectsService) {}

  /** Makes a project. */
  @Post()
  @HttpCode(200)
  @Requires('projects', 'create')
  @BodyDocs(CreateProjectDto, { 'A project': { name: 'Chatbot' } })
  @EntityDocs(ProjectDto)
  create(@CurrentAdmin() admin: AdminPrincipal, @Body() dto: CreateProjectDto): Promise<ProjectDto> {
    return this.projects.create(admin, dto);
  }

  /** Lists projects, the newest first. */
  @Get()
  @Requires('projects', 'read')
  @ListDocs(ProjectDto, ['team_id', 'customer_id', 'external_id', 'organization_id'])
  list(@CurrentAdmin() admin: AdminPrincipal, @Query() query: RawQuery): Promise<ListAnswer<ProjectDto>> {
    return this.projects.list(admin, query);
  }

  /** Retrieves a project with its own budgets and limits. */
  @Get(':id')
  @Requires('projects', 'read')
  @EntityDocs(ProjectDto)
  retrieve(@CurrentAdmin() admin: AdminPrincipal, @Param('id') id: string): Promise<ProjectDto> {
    return this.projects.retrieve(admin, id);
  }

  /** Changes what is given of a project, and leaves the rest. */
  @Patch(':id')
  @Requires('projects', 'update')
  @BodyDocs(UpdateProjectDto, { 'Another name': { name: 'Support chatbot' } })
  @EntityDocs(ProjectDto)
  update(
    @CurrentAdmin() admin: AdminPrincipal,
    @Param('id') id: string,
    @Body() dto: UpdateProjectDto,
  ): Promise<ProjectDto> {
    return this.projects.update(admin, id, dto);
  }

  /** Deletes a project; with cascade=true what is below too. */
  @Delete(':id')
  @Requires('projects', 'delete')
  @CascadeDocs()
  @EntityDocs(DeletedDto)
  remove(
    @CurrentAdmin() admin: AdminPrincipal,
    @Param('id') id: string,
    @Query() query: RawQuery,
  ): Promise<DeletedDto> {
    return this.projects.remove(admin, id, query);
  }
}
