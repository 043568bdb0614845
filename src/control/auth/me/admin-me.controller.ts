import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ForAdmins } from '../../../common/access/access.js';
import { type AdminPrincipal, CurrentAdmin } from '../admin.port.js';
import { AdminMeDto } from './admin-me.dto.js';
import { AdminMeService } from './admin-me.service.js';

@ApiTags('Admin')
@Controller('admin/v1/me')
export class AdminMeController {
  constructor(private readonly me: AdminMeService) {}

  /** Says who you are, and all that you may do. */
  @Get()
  @ForAdmins()
  @ApiOkResponse({ type: AdminMeDto })
  read(@CurrentAdmin() admin: AdminPrincipal): AdminMeDto {
    return this.me.read(admin);
  }
}
