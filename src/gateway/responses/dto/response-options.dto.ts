import { ApiPropertyOptional } from '@nestjs/swagger';
import type { ReasoningOptions, StreamOptions, TextFormat, TextOptions } from '../responses.types.js';

/** The shape of the answer's text. */
export class TextFormatDto implements TextFormat {
  /**
   * `text`, `json_object` (any JSON object) or `json_schema` (JSON that follows `schema`).
   * @example "json_schema"
   */
  type: string;

  /**
   * Name of the schema; needed with `json_schema`.
   * @example "person"
   */
  name?: string;

  /** The JSON Schema; needed with `json_schema`. The order of its properties is the order of the output. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  schema?: unknown;

  /** Whether the output has to follow the schema exactly. Default `false`. */
  strict?: boolean | null;

  /** What the output is for, as a hint to the model. */
  description?: string | null;
}

/** How the answer's text is written. */
export class TextOptionsDto implements TextOptions {
  /** The shape of the text. Default `{"type":"text"}`. */
  format?: TextFormatDto | null;

  /** `low`, `medium` or `high`. Accepted for compatibility; without effect. */
  verbosity?: string | null;
}

/** How the model reasons. */
export class ReasoningOptionsDto implements ReasoningOptions {
  /**
   * `none`, `minimal`, `low`, `medium`, `high`, `xhigh` or `max`; mapped to the nearest level that the model has.
   * Default: the model's own.
   * @example "low"
   */
  effort?: string | null;

  /** `auto`, `concise` or `detailed`. The whole reasoning is given as its summary, whichever is asked for. */
  summary?: string | null;

  /** The older name of `summary`. */
  generate_summary?: string | null;
}

/** Options of a stream. */
export class ResponseStreamOptionsDto implements StreamOptions {
  /** Whether to pad the events with random text. Events are never padded here, so only `false` has its effect. */
  include_obfuscation?: boolean | null;
}
