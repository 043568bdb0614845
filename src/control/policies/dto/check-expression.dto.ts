import { IsString } from 'class-validator';
import { Closed } from '../../../common/validation/closed.decorator.js';

/** An expression to look at; nothing is stored. */
@Closed()
export class CheckExpressionDto {
  /** @example budget_used > 80 && !(team.name in ["research"]) */
  @IsString()
  expression: string;
}
