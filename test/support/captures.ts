/** The recorded stream of wire.md 1.6 as JSON documents, its elided parts filled in alike. */
const HEAD = '"id":"chatcmpl-8645d1c2-0a5e-4b3e-9a34-8f1f0d2ad5c1"';
const TAIL =
  '"created":1780179233,"model":"gpt-oss-120b","system_fingerprint":"fp_46358675aa6b1ba4d98d","object":"chat.completion.chunk"';
const chunk = (choice: string, rest = ''): string => `{${HEAD},"choices":[${choice}],${TAIL}${rest}}`;

export const CAPTURED_CHUNKS: readonly string[] = [
  chunk('{"delta":{"role":"assistant"},"index":0}'),
  chunk('{"delta":{"reasoning":"We"},"index":0}'),
  chunk('{"delta":{"reasoning":" need to call run_me with some args."},"index":0}'),
  chunk(
    '{"delta":{"tool_calls":[{"function":{"name":"run_me","arguments":""},"type":"function","id":"ae3b6602f","index":0}]},"index":0}',
  ),
  chunk(
    String.raw`{"delta":{"tool_calls":[{"function":{"arguments":"{\"foo\":\"test"},"type":"function","index":0}]},"index":0}`,
  ),
  chunk(
    String.raw`{"delta":{"tool_calls":[{"function":{"arguments":"\",\"bar\":[1,2,3]}"},"type":"function","index":0}]},"index":0}`,
  ),
  chunk(
    '{"delta":{},"finish_reason":"tool_calls","index":0}',
    ',"usage":{"total_tokens":178,"completion_tokens":42,"completion_tokens_details":{"accepted_prediction_tokens":0,"rejected_prediction_tokens":0,"reasoning_tokens":10},"prompt_tokens":136,"prompt_tokens_details":{"cached_tokens":0}},"time_info":{"created":1780179233.67,"queue_time":0.0046,"prompt_time":0.0033,"completion_time":0.0267,"total_time":0.0366}',
  ),
];

/** The same with text outside ASCII in its pieces, for splits inside characters. */
export const WIDE_CHUNKS: readonly string[] = [
  chunk('{"delta":{"role":"assistant"},"index":0}'),
  chunk('{"delta":{"reasoning":"é"},"index":0}'),
  chunk('{"delta":{"content":"naïve 😀 \u2028"},"index":0}'),
  chunk('{"delta":{"content":"data: 👩‍👩‍👧 [DONE] \\r\\n\\u00e9"},"index":0}'),
  chunk(
    '{"delta":{},"finish_reason":"stop","index":0}',
    ',"usage":{"total_tokens":3,"completion_tokens":2,"prompt_tokens":1}',
  ),
];
