/** What a model can do; null where it is not known. */
export class ModelCapabilitiesDto {
  /** Chat completions, and so the Responses API. */
  chat: boolean | null;
  /** Legacy text completions. */
  completions: boolean | null;
  /** Answers as server-sent events. */
  streaming: boolean | null;
  /** Function tools. */
  tools: boolean | null;
  /** Several tool calls in one turn. */
  parallel_tool_calls: boolean | null;
  /** `response_format` of type `json_schema`. */
  structured_outputs: boolean | null;
  /** `response_format` of type `json_object`. */
  json_mode: boolean | null;
  /** Reasoning before the answer. */
  reasoning: boolean | null;
  /** Images in the input. */
  vision: boolean | null;
}
