import { GatewayError } from '../../common/errors/gateway-error.js';
import type {
  AssistantMessage,
  ChatChunk,
  ChatCompletion,
  ChatDelta,
  FinishReason,
  Usage,
} from '../openai/chat.types.js';
import { FakeResponseIds } from './fake-response-ids.js';
import { fromChat } from './from-chat.js';
import { eventFrames } from './response-frames.js';
import type { ResponseEvent } from './response-events.types.js';
import { ResponseStream } from './response-stream.js';
import type { ResponsesRequest } from './responses.types.js';
import { toChat } from './to-chat.js';

// The event lists below were served to openai-node 7.57 and 6.49 and to the AI SDK 7, which accept them as they stand.
// `{...BASE,…}` is this object with the keys that follow replaced.
const BASE: Record<string, unknown> = JSON.parse(
  String.raw`{"id":"resp_01","object":"response","created_at":1780179233,"completed_at":null,"status":"in_progress","background":false,"error":null,"incomplete_details":null,
"instructions":null,"max_output_tokens":null,"max_tool_calls":null,"model":"gpt-oss-120b","output":[],"parallel_tool_calls":true,"previous_response_id":null,
"prompt_cache_key":null,"reasoning":{"effort":null,"summary":null},"safety_identifier":null,"service_tier":"default","store":false,"temperature":1,
"text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[],"top_logprobs":0,"top_p":1,"presence_penalty":0,"frequency_penalty":0,"truncation":"disabled",
"usage":null,"user":null,"metadata":{}}`,
) as Record<string, unknown>;

const CREATED = 1780179233;
const COMPLETED = 1780179234;

interface Example {
  request: Partial<ResponsesRequest>;
  chunks: ChatChunk[];
  error?: GatewayError;
  /** The same answer not streamed. */
  message?: Partial<AssistantMessage>;
  finish?: FinishReason;
  usage?: Usage;
  events: string;
}

function chunk(delta: ChatDelta, finish: FinishReason | null = null, usage?: Usage): ChatChunk {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: CREATED,
    model: 'gpt-oss-120b',
    choices,
    ...(usage && { usage }),
  };
}

const role = () => chunk({ role: 'assistant', content: '' });

function tokens(prompt: number, completion: number, reasoning?: number): Usage {
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: 0 },
    ...(reasoning !== undefined && { completion_tokens_details: { reasoning_tokens: reasoning } }),
  };
}

const CITY = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const PERSON = {
  type: 'object',
  properties: { name: { type: 'string' } },
  required: ['name'],
  additionalProperties: false,
};
const PIXEL = 'data:image/png;base64,iVBORw0KGgo=';

const EXAMPLES: Record<string, Example> = {
  'A: plain text': {
    request: {},
    chunks: [role(), chunk({ content: 'Hel' }), chunk({ content: 'lo.' }), chunk({}, 'stop', tokens(69, 35))],
    message: { content: 'Hello.' },
    finish: 'stop',
    usage: tokens(69, 35),
    events: String.raw`
{"type":"response.created","sequence_number":0,"response":{...BASE}}
{"type":"response.in_progress","sequence_number":1,"response":{...BASE}}
{"type":"response.output_item.added","sequence_number":2,"output_index":0,"item":{"type":"message","id":"msg_01","status":"in_progress","role":"assistant","content":[]}}
{"type":"response.content_part.added","sequence_number":3,"item_id":"msg_01","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[],"logprobs":[]}}
{"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_01","output_index":0,"content_index":0,"delta":"Hel","logprobs":[]}
{"type":"response.output_text.delta","sequence_number":5,"item_id":"msg_01","output_index":0,"content_index":0,"delta":"lo.","logprobs":[]}
{"type":"response.output_text.done","sequence_number":6,"item_id":"msg_01","output_index":0,"content_index":0,"text":"Hello.","logprobs":[]}
{"type":"response.content_part.done","sequence_number":7,"item_id":"msg_01","output_index":0,"content_index":0,"part":{"type":"output_text","text":"Hello.","annotations":[],"logprobs":[]}}
{"type":"response.output_item.done","sequence_number":8,"output_index":0,"item":{"type":"message","id":"msg_01","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Hello.","annotations":[],"logprobs":[]}]}}
{"type":"response.completed","sequence_number":9,"response":{...BASE,"completed_at":1780179234,"status":"completed","output":[{"type":"message","id":"msg_01","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Hello.","annotations":[],"logprobs":[]}]}],"usage":{"input_tokens":69,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"output_tokens":35,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":104}}}
`,
  },
  'B: two parallel tool calls': {
    request: { tools: [{ type: 'function', name: 'get_weather', parameters: CITY, strict: true }] },
    chunks: [
      role(),
      chunk({
        tool_calls: [{ index: 0, id: 'ae3b6602f', type: 'function', function: { name: 'get_weather', arguments: '' } }],
      }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '"Paris"}' } }] }),
      chunk({
        tool_calls: [
          {
            index: 1,
            id: 'b01c77a2e',
            type: 'function',
            function: { name: 'get_weather', arguments: '{"city":"Rome"}' },
          },
        ],
      }),
      chunk({}, 'tool_calls', tokens(136, 42)),
    ],
    message: {
      tool_calls: [
        { id: 'ae3b6602f', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } },
        { id: 'b01c77a2e', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Rome"}' } },
      ],
    },
    finish: 'tool_calls',
    usage: tokens(136, 42),
    events: String.raw`
{"type":"response.created","sequence_number":0,"response":{...BASE,"tools":[{"type":"function","name":"get_weather","description":null,"parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false},"strict":true}]}}
{"type":"response.in_progress","sequence_number":1,"response":{...BASE,"tools":[{"type":"function","name":"get_weather","description":null,"parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false},"strict":true}]}}
{"type":"response.output_item.added","sequence_number":2,"output_index":0,"item":{"type":"function_call","id":"fc_01","call_id":"ae3b6602f","name":"get_weather","arguments":"","status":"in_progress"}}
{"type":"response.function_call_arguments.delta","sequence_number":3,"item_id":"fc_01","output_index":0,"delta":"{\"city\":"}
{"type":"response.function_call_arguments.delta","sequence_number":4,"item_id":"fc_01","output_index":0,"delta":"\"Paris\"}"}
{"type":"response.function_call_arguments.done","sequence_number":5,"item_id":"fc_01","output_index":0,"name":"get_weather","arguments":"{\"city\":\"Paris\"}"}
{"type":"response.output_item.done","sequence_number":6,"output_index":0,"item":{"type":"function_call","id":"fc_01","call_id":"ae3b6602f","name":"get_weather","arguments":"{\"city\":\"Paris\"}","status":"completed"}}
{"type":"response.output_item.added","sequence_number":7,"output_index":1,"item":{"type":"function_call","id":"fc_02","call_id":"b01c77a2e","name":"get_weather","arguments":"","status":"in_progress"}}
{"type":"response.function_call_arguments.delta","sequence_number":8,"item_id":"fc_02","output_index":1,"delta":"{\"city\":\"Rome\"}"}
{"type":"response.function_call_arguments.done","sequence_number":9,"item_id":"fc_02","output_index":1,"name":"get_weather","arguments":"{\"city\":\"Rome\"}"}
{"type":"response.output_item.done","sequence_number":10,"output_index":1,"item":{"type":"function_call","id":"fc_02","call_id":"b01c77a2e","name":"get_weather","arguments":"{\"city\":\"Rome\"}","status":"completed"}}
{"type":"response.completed","sequence_number":11,"response":{...BASE,"completed_at":1780179234,"status":"completed","output":[{"type":"function_call","id":"fc_01","call_id":"ae3b6602f","name":"get_weather","arguments":"{\"city\":\"Paris\"}","status":"completed"},{"type":"function_call","id":"fc_02","call_id":"b01c77a2e","name":"get_weather","arguments":"{\"city\":\"Rome\"}","status":"completed"}],"tools":[{"type":"function","name":"get_weather","description":null,"parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false},"strict":true}],"usage":{"input_tokens":136,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"output_tokens":42,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":178}}}
`,
  },
  'C: reasoning and text': {
    request: { reasoning: { effort: 'low', summary: 'auto' } },
    chunks: [
      role(),
      chunk({ reasoning: 'We just need', reasoning_content: 'We just need' }),
      chunk({ reasoning: ' to respond.', reasoning_content: ' to respond.' }),
      chunk({ content: '4' }),
      chunk({}, 'stop', tokens(80, 45, 34)),
    ],
    message: { content: '4', reasoning: 'We just need to respond.', reasoning_content: 'We just need to respond.' },
    finish: 'stop',
    usage: tokens(80, 45, 34),
    events: String.raw`
{"type":"response.created","sequence_number":0,"response":{...BASE,"reasoning":{"effort":"low","summary":"auto"}}}
{"type":"response.in_progress","sequence_number":1,"response":{...BASE,"reasoning":{"effort":"low","summary":"auto"}}}
{"type":"response.output_item.added","sequence_number":2,"output_index":0,"item":{"type":"reasoning","id":"rs_01","summary":[]}}
{"type":"response.reasoning_summary_part.added","sequence_number":3,"item_id":"rs_01","output_index":0,"summary_index":0,"part":{"type":"summary_text","text":""}}
{"type":"response.reasoning_summary_text.delta","sequence_number":4,"item_id":"rs_01","output_index":0,"summary_index":0,"delta":"We just need"}
{"type":"response.reasoning_summary_text.delta","sequence_number":5,"item_id":"rs_01","output_index":0,"summary_index":0,"delta":" to respond."}
{"type":"response.reasoning_summary_text.done","sequence_number":6,"item_id":"rs_01","output_index":0,"summary_index":0,"text":"We just need to respond."}
{"type":"response.reasoning_summary_part.done","sequence_number":7,"item_id":"rs_01","output_index":0,"summary_index":0,"part":{"type":"summary_text","text":"We just need to respond."}}
{"type":"response.output_item.done","sequence_number":8,"output_index":0,"item":{"type":"reasoning","id":"rs_01","summary":[{"type":"summary_text","text":"We just need to respond."}]}}
{"type":"response.output_item.added","sequence_number":9,"output_index":1,"item":{"type":"message","id":"msg_01","status":"in_progress","role":"assistant","content":[]}}
{"type":"response.content_part.added","sequence_number":10,"item_id":"msg_01","output_index":1,"content_index":0,"part":{"type":"output_text","text":"","annotations":[],"logprobs":[]}}
{"type":"response.output_text.delta","sequence_number":11,"item_id":"msg_01","output_index":1,"content_index":0,"delta":"4","logprobs":[]}
{"type":"response.output_text.done","sequence_number":12,"item_id":"msg_01","output_index":1,"content_index":0,"text":"4","logprobs":[]}
{"type":"response.content_part.done","sequence_number":13,"item_id":"msg_01","output_index":1,"content_index":0,"part":{"type":"output_text","text":"4","annotations":[],"logprobs":[]}}
{"type":"response.output_item.done","sequence_number":14,"output_index":1,"item":{"type":"message","id":"msg_01","status":"completed","role":"assistant","content":[{"type":"output_text","text":"4","annotations":[],"logprobs":[]}]}}
{"type":"response.completed","sequence_number":15,"response":{...BASE,"completed_at":1780179234,"status":"completed","output":[{"type":"reasoning","id":"rs_01","summary":[{"type":"summary_text","text":"We just need to respond."}]},{"type":"message","id":"msg_01","status":"completed","role":"assistant","content":[{"type":"output_text","text":"4","annotations":[],"logprobs":[]}]}],"reasoning":{"effort":"low","summary":"auto"},"usage":{"input_tokens":80,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"output_tokens":45,"output_tokens_details":{"reasoning_tokens":34},"total_tokens":125}}}
`,
  },
  'D: a refusal': {
    request: {},
    chunks: [
      role(),
      chunk({ refusal: "I can't" }),
      chunk({ refusal: ' help with that.' }),
      chunk({}, 'stop', tokens(20, 8)),
    ],
    message: { refusal: "I can't help with that." },
    finish: 'stop',
    usage: tokens(20, 8),
    events: String.raw`
{"type":"response.created","sequence_number":0,"response":{...BASE}}
{"type":"response.in_progress","sequence_number":1,"response":{...BASE}}
{"type":"response.output_item.added","sequence_number":2,"output_index":0,"item":{"type":"message","id":"msg_01","status":"in_progress","role":"assistant","content":[]}}
{"type":"response.content_part.added","sequence_number":3,"item_id":"msg_01","output_index":0,"content_index":0,"part":{"type":"refusal","refusal":""}}
{"type":"response.refusal.delta","sequence_number":4,"item_id":"msg_01","output_index":0,"content_index":0,"delta":"I can't"}
{"type":"response.refusal.delta","sequence_number":5,"item_id":"msg_01","output_index":0,"content_index":0,"delta":" help with that."}
{"type":"response.refusal.done","sequence_number":6,"item_id":"msg_01","output_index":0,"content_index":0,"refusal":"I can't help with that."}
{"type":"response.content_part.done","sequence_number":7,"item_id":"msg_01","output_index":0,"content_index":0,"part":{"type":"refusal","refusal":"I can't help with that."}}
{"type":"response.output_item.done","sequence_number":8,"output_index":0,"item":{"type":"message","id":"msg_01","status":"completed","role":"assistant","content":[{"type":"refusal","refusal":"I can't help with that."}]}}
{"type":"response.completed","sequence_number":9,"response":{...BASE,"completed_at":1780179234,"status":"completed","output":[{"type":"message","id":"msg_01","status":"completed","role":"assistant","content":[{"type":"refusal","refusal":"I can't help with that."}]}],"usage":{"input_tokens":20,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"output_tokens":8,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":28}}}
`,
  },
  'E: cut off by length': {
    request: { max_output_tokens: 16 },
    chunks: [
      role(),
      chunk({ content: 'Once upon' }),
      chunk({ content: ' a time' }),
      chunk({}, 'length', tokens(20, 16)),
    ],
    message: { content: 'Once upon a time' },
    finish: 'length',
    usage: tokens(20, 16),
    events: String.raw`
{"type":"response.created","sequence_number":0,"response":{...BASE,"max_output_tokens":16}}
{"type":"response.in_progress","sequence_number":1,"response":{...BASE,"max_output_tokens":16}}
{"type":"response.output_item.added","sequence_number":2,"output_index":0,"item":{"type":"message","id":"msg_01","status":"in_progress","role":"assistant","content":[]}}
{"type":"response.content_part.added","sequence_number":3,"item_id":"msg_01","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[],"logprobs":[]}}
{"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_01","output_index":0,"content_index":0,"delta":"Once upon","logprobs":[]}
{"type":"response.output_text.delta","sequence_number":5,"item_id":"msg_01","output_index":0,"content_index":0,"delta":" a time","logprobs":[]}
{"type":"response.output_text.done","sequence_number":6,"item_id":"msg_01","output_index":0,"content_index":0,"text":"Once upon a time","logprobs":[]}
{"type":"response.content_part.done","sequence_number":7,"item_id":"msg_01","output_index":0,"content_index":0,"part":{"type":"output_text","text":"Once upon a time","annotations":[],"logprobs":[]}}
{"type":"response.output_item.done","sequence_number":8,"output_index":0,"item":{"type":"message","id":"msg_01","status":"incomplete","role":"assistant","content":[{"type":"output_text","text":"Once upon a time","annotations":[],"logprobs":[]}]}}
{"type":"response.incomplete","sequence_number":9,"response":{...BASE,"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"max_output_tokens":16,"output":[{"type":"message","id":"msg_01","status":"incomplete","role":"assistant","content":[{"type":"output_text","text":"Once upon a time","annotations":[],"logprobs":[]}]}],"usage":{"input_tokens":20,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"output_tokens":16,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":36}}}
`,
  },
  'E2: cut off inside a tool call': {
    request: {},
    chunks: [
      role(),
      chunk({
        tool_calls: [{ index: 0, id: 'ae3b6602f', type: 'function', function: { name: 'f', arguments: '{"a"' } }],
      }),
      chunk({}, 'length', tokens(20, 16)),
    ],
    message: { tool_calls: [{ id: 'ae3b6602f', type: 'function', function: { name: 'f', arguments: '{"a"' } }] },
    finish: 'length',
    usage: tokens(20, 16),
    events: String.raw`
{"type":"response.created","sequence_number":0,"response":{...BASE}}
{"type":"response.in_progress","sequence_number":1,"response":{...BASE}}
{"type":"response.output_item.added","sequence_number":2,"output_index":0,"item":{"type":"function_call","id":"fc_01","call_id":"ae3b6602f","name":"f","arguments":"","status":"in_progress"}}
{"type":"response.function_call_arguments.delta","sequence_number":3,"item_id":"fc_01","output_index":0,"delta":"{\"a\""}
{"type":"response.function_call_arguments.done","sequence_number":4,"item_id":"fc_01","output_index":0,"name":"f","arguments":"{\"a\""}
{"type":"response.output_item.done","sequence_number":5,"output_index":0,"item":{"type":"function_call","id":"fc_01","call_id":"ae3b6602f","name":"f","arguments":"{\"a\"","status":"incomplete"}}
{"type":"response.incomplete","sequence_number":6,"response":{...BASE,"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[{"type":"function_call","id":"fc_01","call_id":"ae3b6602f","name":"f","arguments":"{\"a\"","status":"incomplete"}],"usage":{"input_tokens":20,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"output_tokens":16,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":36}}}
`,
  },
  'F: stopped by the content filter': {
    request: {},
    chunks: [role(), chunk({ content: 'Partial' }), chunk({}, 'content_filter', tokens(20, 2))],
    message: { content: 'Partial' },
    finish: 'content_filter',
    usage: tokens(20, 2),
    events: String.raw`
{"type":"response.created","sequence_number":0,"response":{...BASE}}
{"type":"response.in_progress","sequence_number":1,"response":{...BASE}}
{"type":"response.output_item.added","sequence_number":2,"output_index":0,"item":{"type":"message","id":"msg_01","status":"in_progress","role":"assistant","content":[]}}
{"type":"response.content_part.added","sequence_number":3,"item_id":"msg_01","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[],"logprobs":[]}}
{"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_01","output_index":0,"content_index":0,"delta":"Partial","logprobs":[]}
{"type":"response.output_text.done","sequence_number":5,"item_id":"msg_01","output_index":0,"content_index":0,"text":"Partial","logprobs":[]}
{"type":"response.content_part.done","sequence_number":6,"item_id":"msg_01","output_index":0,"content_index":0,"part":{"type":"output_text","text":"Partial","annotations":[],"logprobs":[]}}
{"type":"response.output_item.done","sequence_number":7,"output_index":0,"item":{"type":"message","id":"msg_01","status":"incomplete","role":"assistant","content":[{"type":"output_text","text":"Partial","annotations":[],"logprobs":[]}]}}
{"type":"response.incomplete","sequence_number":8,"response":{...BASE,"status":"incomplete","incomplete_details":{"reason":"content_filter"},"output":[{"type":"message","id":"msg_01","status":"incomplete","role":"assistant","content":[{"type":"output_text","text":"Partial","annotations":[],"logprobs":[]}]}],"usage":{"input_tokens":20,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"output_tokens":2,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":22}}}
`,
  },
  'G: an error in the middle of the stream': {
    request: {},
    chunks: [role(), chunk({ content: 'Hel' })],
    error: new GatewayError('upstream_truncated', 'Upstream closed the stream before finish_reason.'),
    events: String.raw`
{"type":"response.created","sequence_number":0,"response":{...BASE}}
{"type":"response.in_progress","sequence_number":1,"response":{...BASE}}
{"type":"response.output_item.added","sequence_number":2,"output_index":0,"item":{"type":"message","id":"msg_01","status":"in_progress","role":"assistant","content":[]}}
{"type":"response.content_part.added","sequence_number":3,"item_id":"msg_01","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[],"logprobs":[]}}
{"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_01","output_index":0,"content_index":0,"delta":"Hel","logprobs":[]}
{"type":"response.failed","sequence_number":5,"response":{...BASE,"status":"failed","error":{"code":"server_error","message":"Upstream closed the stream before finish_reason."},"output":[{"type":"message","id":"msg_01","status":"incomplete","role":"assistant","content":[{"type":"output_text","text":"Hel","annotations":[],"logprobs":[]}]}]}}
`,
  },
  'H: structured output': {
    request: {
      text: { format: { type: 'json_schema', name: 'person', schema: PERSON, strict: true }, verbosity: 'medium' },
    },
    chunks: [role(), chunk({ content: '{"name":' }), chunk({ content: '"Ada"}' }), chunk({}, 'stop', tokens(60, 12))],
    message: { content: '{"name":"Ada"}' },
    finish: 'stop',
    usage: tokens(60, 12),
    events: String.raw`
{"type":"response.created","sequence_number":0,"response":{...BASE,"text":{"format":{"type":"json_schema","name":"person","description":null,"schema":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"],"additionalProperties":false},"strict":true},"verbosity":"medium"}}}
{"type":"response.in_progress","sequence_number":1,"response":{...BASE,"text":{"format":{"type":"json_schema","name":"person","description":null,"schema":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"],"additionalProperties":false},"strict":true},"verbosity":"medium"}}}
{"type":"response.output_item.added","sequence_number":2,"output_index":0,"item":{"type":"message","id":"msg_01","status":"in_progress","role":"assistant","content":[]}}
{"type":"response.content_part.added","sequence_number":3,"item_id":"msg_01","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[],"logprobs":[]}}
{"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_01","output_index":0,"content_index":0,"delta":"{\"name\":","logprobs":[]}
{"type":"response.output_text.delta","sequence_number":5,"item_id":"msg_01","output_index":0,"content_index":0,"delta":"\"Ada\"}","logprobs":[]}
{"type":"response.output_text.done","sequence_number":6,"item_id":"msg_01","output_index":0,"content_index":0,"text":"{\"name\":\"Ada\"}","logprobs":[]}
{"type":"response.content_part.done","sequence_number":7,"item_id":"msg_01","output_index":0,"content_index":0,"part":{"type":"output_text","text":"{\"name\":\"Ada\"}","annotations":[],"logprobs":[]}}
{"type":"response.output_item.done","sequence_number":8,"output_index":0,"item":{"type":"message","id":"msg_01","status":"completed","role":"assistant","content":[{"type":"output_text","text":"{\"name\":\"Ada\"}","annotations":[],"logprobs":[]}]}}
{"type":"response.completed","sequence_number":9,"response":{...BASE,"completed_at":1780179234,"status":"completed","output":[{"type":"message","id":"msg_01","status":"completed","role":"assistant","content":[{"type":"output_text","text":"{\"name\":\"Ada\"}","annotations":[],"logprobs":[]}]}],"text":{"format":{"type":"json_schema","name":"person","description":null,"schema":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"],"additionalProperties":false},"strict":true},"verbosity":"medium"},"usage":{"input_tokens":60,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"output_tokens":12,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":72}}}
`,
  },
  'I: image input': {
    request: {
      model: 'qwen-3.8-27b',
      input: [
        {
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_text', text: 'What is it?' },
            { type: 'input_image', image_url: PIXEL, detail: 'auto' },
          ],
        },
      ],
    },
    chunks: [role(), chunk({ content: 'A red heart.' }), chunk({}, 'stop', tokens(290, 6))],
    message: { content: 'A red heart.' },
    finish: 'stop',
    usage: tokens(290, 6),
    events: String.raw`
{"type":"response.created","sequence_number":0,"response":{...BASE,"model":"qwen-3.8-27b"}}
{"type":"response.in_progress","sequence_number":1,"response":{...BASE,"model":"qwen-3.8-27b"}}
{"type":"response.output_item.added","sequence_number":2,"output_index":0,"item":{"type":"message","id":"msg_01","status":"in_progress","role":"assistant","content":[]}}
{"type":"response.content_part.added","sequence_number":3,"item_id":"msg_01","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[],"logprobs":[]}}
{"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_01","output_index":0,"content_index":0,"delta":"A red heart.","logprobs":[]}
{"type":"response.output_text.done","sequence_number":5,"item_id":"msg_01","output_index":0,"content_index":0,"text":"A red heart.","logprobs":[]}
{"type":"response.content_part.done","sequence_number":6,"item_id":"msg_01","output_index":0,"content_index":0,"part":{"type":"output_text","text":"A red heart.","annotations":[],"logprobs":[]}}
{"type":"response.output_item.done","sequence_number":7,"output_index":0,"item":{"type":"message","id":"msg_01","status":"completed","role":"assistant","content":[{"type":"output_text","text":"A red heart.","annotations":[],"logprobs":[]}]}}
{"type":"response.completed","sequence_number":8,"response":{...BASE,"completed_at":1780179234,"status":"completed","model":"qwen-3.8-27b","output":[{"type":"message","id":"msg_01","status":"completed","role":"assistant","content":[{"type":"output_text","text":"A red heart.","annotations":[],"logprobs":[]}]}],"usage":{"input_tokens":290,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"output_tokens":6,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":296}}}
`,
  },
};

function requestOf({ request }: Example): ResponsesRequest {
  return { model: 'gpt-oss-120b', input: 'Hi', ...request };
}

/** The example's lines as JSON text, so that the order of the keys counts too. */
function expectedLines({ events }: Example): string[] {
  return events
    .trim()
    .split('\n')
    .map((line) => {
      const event = JSON.parse(line.replace('{...BASE', '{"...BASE":true')) as { response?: Record<string, unknown> };
      if (event.response) {
        const { '...BASE': _, ...replaced } = event.response;
        event.response = { ...BASE, ...replaced };
      }
      return JSON.stringify(event);
    });
}

function lines(events: ResponseEvent[]): string[] {
  return events.map((event) => {
    if (!('response' in event) || event.response.completed_at === null) return JSON.stringify(event);
    expect(event.response.completed_at).toBeGreaterThanOrEqual(CREATED);
    return JSON.stringify({ ...event, response: { ...event.response, completed_at: COMPLETED } });
  });
}

function play(example: Example): ResponseEvent[] {
  const stream = new ResponseStream(requestOf(example), new FakeResponseIds());
  const model = requestOf(example).model;
  const events = example.chunks.flatMap((piece) => stream.push({ ...piece, model }));
  return [...events, ...(example.error ? stream.fail(example.error) : stream.complete())];
}

describe('worked examples of the Responses API', () => {
  for (const [name, example] of Object.entries(EXAMPLES)) {
    it(`streams ${name}`, () => {
      expect(lines(play(example))).toEqual(expectedLines(example));
    });

    const { message, finish, usage } = example;
    if (!message || !finish) continue;

    it(`answers ${name} in one piece with the response of the last event`, () => {
      const request = requestOf(example);
      const completion: ChatCompletion = {
        id: 'chatcmpl-1',
        object: 'chat.completion',
        created: CREATED,
        model: request.model,
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: null, refusal: null, ...message },
            logprobs: null,
            finish_reason: finish,
          },
        ],
        ...(usage && { usage }),
      };
      const body = fromChat(completion, request, new FakeResponseIds());
      const last = JSON.parse(expectedLines(example).at(-1) ?? '') as { response: unknown };
      expect(JSON.stringify(body.completed_at === null ? body : { ...body, completed_at: COMPLETED })).toBe(
        JSON.stringify(last.response),
      );
    });
  }

  it('breaks off without a finish reason just as it does on an error', () => {
    const example = EXAMPLES['G: an error in the middle of the stream'] as Example;
    expect(lines(play({ ...example, error: undefined }))).toEqual(expectedLines(example));
  });

  it('sends the schema of example H to the chat upstream', () => {
    const { chat } = toChat(requestOf(EXAMPLES['H: structured output'] as Example));
    expect(chat.response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'person', schema: PERSON, strict: true },
    });
  });

  it('sends the image of example I to the chat upstream', () => {
    const { chat } = toChat(requestOf(EXAMPLES['I: image input'] as Example));
    expect(chat).toEqual({
      model: 'qwen-3.8-27b',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'image_url', image_url: { url: PIXEL } },
          ],
        },
      ],
    });
  });

  it('frames each event with its type, one data line, no end mark', () => {
    const events = play(EXAMPLES['A: plain text'] as Example);
    const frames = eventFrames(events);
    expect(frames.split('\n\n')).toHaveLength(events.length + 1);
    expect(frames.startsWith('event: response.created\ndata: {"type":"response.created","sequence_number":0,')).toBe(
      true,
    );
    expect(frames.endsWith('}\n\n')).toBe(true);
    for (const frame of frames.trimEnd().split('\n\n')) expect(frame).toMatch(/^event: \S+\ndata: [^\n]+$/);
    expect(frames).not.toContain('[DONE]');
  });
});
