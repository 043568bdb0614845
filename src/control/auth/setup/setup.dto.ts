import { ApiProperty } from '@nestjs/swagger';
import { Satisfies } from '../../../common/validation/satisfies.decorator.js';
import { Closed } from '../../../common/validation/closed.decorator.js';
import { checkName } from '../dto-checks.js';

/** Who becomes the first owner. */
@Closed()
export class SetupDto {
  /** The one-time token that the gateway wrote to its standard error, or ASBRU_SETUP_TOKEN. */
  @ApiProperty({ example: 'asbru-setup-…' })
  @Satisfies(checkName(512))
  setup_token: string;

  /** Name of the owner's token. */
  @ApiProperty({ example: 'owner', maxLength: 100 })
  @Satisfies(checkName(100))
  name: string;
}
