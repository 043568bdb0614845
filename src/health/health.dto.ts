import { ApiProperty } from '@nestjs/swagger';

export class HealthDto {
  /** Always `ok`; any other state is an HTTP error. */
  status: 'ok';
}

export class ReadinessDto extends HealthDto {
  /**
   * State of the database and its schema: `ready`; `unreachable`, when only what needs stored state fails;
   * `starting` before the first attempt is over.
   */
  @ApiProperty({ enum: ['starting', 'ready', 'unreachable', 'failed', 'closed'] })
  database: string;
}
