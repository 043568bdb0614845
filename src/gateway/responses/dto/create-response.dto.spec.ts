import { GatewayError } from '../../../common/errors/gateway-error.js';
import { RequestValidationPipe } from '../../../common/validation/request-validation.pipe.js';
import { toChat } from '../to-chat.js';
import { CreateResponseDto } from './create-response.dto.js';

const pipe = new RequestValidationPipe();

function validate(body: Record<string, unknown>): CreateResponseDto {
  return pipe.transform(body, { type: 'body', metatype: CreateResponseDto }) as CreateResponseDto;
}

function refusal(fields: Record<string, unknown>): { code: string; param: string | null } {
  try {
    validate({ model: 'gpt-oss-120b', input: 'Hi', ...fields });
  } catch (error) {
    if (error instanceof GatewayError) return { code: error.code, param: error.param };
    throw error;
  }
  throw new Error('was not refused');
}

describe('the body of POST /v1/responses', () => {
  it('may be as small as a model and an input, and is ready for the conversion', () => {
    expect(toChat(validate({ model: 'gpt-oss-120b', input: 'Hi' }))).toEqual({
      chat: { model: 'gpt-oss-120b', messages: [{ role: 'user', content: 'Hi' }] },
      unsent: [],
    });
  });

  it('may have null in every optional field', () => {
    const names = [
      'instructions',
      'max_output_tokens',
      'max_tool_calls',
      'temperature',
      'top_p',
      'top_logprobs',
      'presence_penalty',
      'frequency_penalty',
      'tools',
      'tool_choice',
      'parallel_tool_calls',
      'text',
      'reasoning',
      'include',
      'store',
      'stream',
      'stream_options',
      'previous_response_id',
      'conversation',
      'prompt',
      'background',
      'truncation',
      'metadata',
      'service_tier',
      'user',
      'safety_identifier',
      'prompt_cache_key',
      'prompt_cache_retention',
    ];
    const nulls = Object.fromEntries(names.map((name) => [name, null]));
    expect(toChat(validate({ model: 'gpt-oss-120b', input: 'Hi', ...nulls })).unsent).toEqual([]);
    const inner = { text: { format: null, verbosity: null }, reasoning: { effort: null, summary: null } };
    expect(toChat(validate({ model: 'gpt-oss-120b', input: 'Hi', ...inner })).unsent).toEqual([]);
  });

  it('keeps fields that are not known', () => {
    expect(
      toChat(validate({ model: 'gpt-oss-120b', input: [{ role: 'user', content: 'Hi', x: 1 }], surprise: 1 })).unsent,
    ).toEqual(['surprise']);
  });

  it.each<[Record<string, unknown>, string, string]>([
    [{ model: undefined }, 'missing_required_parameter', 'model'],
    [{ model: '' }, 'string_below_min_length', 'model'],
    [{ input: 5 }, 'invalid_type', 'input'],
    [{ input: { role: 'user' } }, 'invalid_type', 'input'],
    [{ input: ['Hi'] }, 'invalid_type', 'input[0]'],
    [{ max_output_tokens: 8 }, 'integer_below_min_value', 'max_output_tokens'],
    [{ max_output_tokens: 16.5 }, 'invalid_type', 'max_output_tokens'],
    [{ temperature: 2.5 }, 'decimal_above_max_value', 'temperature'],
    [{ top_logprobs: 21 }, 'integer_above_max_value', 'top_logprobs'],
    [{ tools: {} }, 'invalid_type', 'tools'],
    [{ tools: ['f'] }, 'invalid_type', 'tools[0]'],
    [{ tools: [{ name: 'f' }] }, 'missing_required_parameter', 'tools[0].type'],
    [{ tools: [{ type: 'function', name: 5 }] }, 'invalid_type', 'tools[0].name'],
    [{ tools: [{ type: 'function', name: 'f', strict: 'yes' }] }, 'invalid_type', 'tools[0].strict'],
    [{ tools: [{ type: 'function', name: 'f', parameters: '{}' }] }, 'invalid_type', 'tools[0].parameters'],
    [{ tool_choice: {} }, 'missing_required_parameter', 'tool_choice.type'],
    [{ text: 'json' }, 'invalid_type', 'text'],
    [{ text: { format: { type: 'xml' } } }, 'invalid_value', 'text.format.type'],
    [{ text: { format: { type: 'json_schema', name: 'n', schema: [] } } }, 'invalid_type', 'text.format.schema'],
    [{ text: { verbosity: 'loud' } }, 'invalid_value', 'text.verbosity'],
    [{ reasoning: { effort: 'extreme' } }, 'invalid_value', 'reasoning.effort'],
    [{ include: 'x' }, 'invalid_type', 'include'],
    [{ include: [5] }, 'invalid_type', 'include[0]'],
    [{ stream: 'yes' }, 'invalid_type', 'stream'],
    [{ stream_options: { include_obfuscation: 1 } }, 'invalid_type', 'stream_options.include_obfuscation'],
    [{ truncation: 'middle' }, 'invalid_value', 'truncation'],
    [{ metadata: { a: 1 } }, 'invalid_type', 'metadata.a'],
    [{ metadata: { a: 'x'.repeat(513) } }, 'string_above_max_length', 'metadata.a'],
    [{ metadata: { ['k'.repeat(65)]: 'x' } }, 'string_above_max_length', 'metadata'],
    [
      { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [n, 'x'])) },
      'array_above_max_length',
      'metadata',
    ],
    [{ safety_identifier: 'x'.repeat(65) }, 'string_above_max_length', 'safety_identifier'],
  ])('refuses %j', (fields, code, param) => {
    expect(refusal(fields)).toEqual({ code, param });
  });
});
