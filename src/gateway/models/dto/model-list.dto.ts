import { ModelDto } from './model.dto.js';

/** All models on one page, for OpenAI's and Anthropic's clients alike. */
export class ModelListDto {
  /** Always `list`. */
  object: 'list';
  /** The models. */
  data: ModelDto[];
  /** Always false: there is one page (Anthropic). */
  has_more: boolean;
  /** Id of the first model (Anthropic). */
  first_id: string | null;
  /** Id of the last model (Anthropic). */
  last_id: string | null;
}
