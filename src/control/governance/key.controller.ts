import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForHolders } from '../../common/access/access.js';
import { CurrentHolder } from '../keys/current-holder.port.js';
import type { KeyHolder } from '../keys/key-directory.port.js';
import { KeyDto } from './dto/key.dto.js';
import { KeyStanding } from './key-standing.service.js';

/** What the holder of a virtual key asks of it himself. */
@ApiTags('Key')
@Controller('v1/key')
export class KeyController {
  constructor(private readonly standing: KeyStanding) {}

  @Get()
  @ForHolders()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Retrieve your own key',
    description: 'What the key of this request allows, its budgets and limits at all levels, and what is left of them.',
  })
  @ApiOkResponse({ type: KeyDto })
  retrieve(@CurrentHolder() holder: KeyHolder): Promise<KeyDto> {
    return this.standing.of(holder);
  }
}
