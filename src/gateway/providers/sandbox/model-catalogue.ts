import { SandboxRefusal, badRequest, unknownModel } from './sandbox-refusal.js';
import { SANDBOX_MODELS, type SandboxModel } from './sandbox-models.js';

export type CatalogueFormat = 'default' | 'openrouter' | 'huggingface';

function describe(model: SandboxModel): string {
  return `${model.name} as served by the Cerebras sandbox.`;
}

/** USD for one token, as the decimal string of the captures. */
function perToken(perMillion: number): string {
  return (perMillion / 1_000_000).toFixed(8);
}

function plain(model: SandboxModel): object {
  // `created` is 0 on the private list (captured).
  return { id: model.id, object: 'model', created: 0, owned_by: 'Cerebras' };
}

function capabilities(model: SandboxModel): object {
  return {
    streaming: true,
    function_calling: true,
    structured_outputs: true,
    vision: model.vision,
    json_mode: true,
    tools: true,
    tool_choice: true,
    parallel_tool_calls: model.id !== 'gpt-oss-120b',
    response_format: true,
    reasoning: model.efforts.length > 0,
  };
}

const SUPPORTED_PARAMETERS = {
  temperature: true,
  top_p: true,
  seed: true,
  stop: true,
  max_completion_tokens: true,
  logprobs: false,
  top_logprobs: false,
  frequency_penalty: true,
  presence_penalty: true,
  logit_bias: true,
  repetition_penalty: false,
};

function publicModel(model: SandboxModel): object {
  return {
    id: model.id,
    object: 'model',
    created: model.created,
    owned_by: model.ownedBy,
    name: model.name,
    description: describe(model),
    hugging_face_id: model.huggingFaceId,
    pricing: { prompt: perToken(model.price[0]), completion: perToken(model.price[1]) },
    capabilities: capabilities(model),
    supported_parameters: SUPPORTED_PARAMETERS,
    architecture: {
      modality: model.vision ? 'text+image' : 'text',
      tokenizer: model.tokenizer,
      instruct_type: model.id === 'gpt-oss-120b' ? 'harmony' : 'chat',
    },
    limits: {
      max_context_length: model.contextLength,
      max_completion_tokens: model.maxOutput,
      requests_per_minute: null,
      tokens_per_minute: null,
    },
    datacenter_locations: [],
    deprecated: false,
    preview: model.id === 'zai-glm-4.7',
    quantization: 'FP16/8 (weights only)',
  };
}

function openRouter(model: SandboxModel): object {
  return {
    id: `cerebras/${model.id}`,
    name: model.name,
    created: model.created,
    context_length: model.contextLength,
    max_output_length: model.maxOutput,
    pricing: { prompt: perToken(model.price[0]), completion: perToken(model.price[1]) },
    hugging_face_id: model.huggingFaceId,
    input_modalities: model.vision ? ['text', 'image'] : ['text'],
    output_modalities: ['text'],
  };
}

function huggingFace(model: SandboxModel): object {
  return {
    id: model.id,
    created: model.created,
    owned_by: model.ownedBy,
    context_length: model.contextLength,
    pricing: { input: model.price[0], output: model.price[1] },
    capabilities: { function_calling: true, streaming: true, structured_outputs: true, vision: model.vision },
    hugging_face_id: model.huggingFaceId,
    object: 'model',
  };
}

function writerOf(format: string | null, isPublic: boolean): (model: SandboxModel) => object {
  switch (format ?? 'default') {
    case 'default':
      return isPublic ? publicModel : plain;
    case 'openrouter':
      return openRouter;
    case 'huggingface':
      return huggingFace;
    default:
      throw badRequest("query.format: Input should be 'default', 'openrouter' or 'huggingface'");
  }
}

/** `GET /v1/models` and `/public/v1/models`; the list for OpenRouter has nothing but `data`. */
export function listModels(format: string | null, isPublic: boolean): object {
  const data = [...SANDBOX_MODELS.values()].map(writerOf(format, isPublic));
  return format === 'openrouter' ? { data } : { object: 'list', data };
}

/** `GET …/models/{id}`; the id may be percent-encoded. */
export function showModel(encodedId: string, format: string | null, isPublic: boolean): object {
  const write = writerOf(format, isPublic);
  const id = decodeId(encodedId);
  const model = SANDBOX_MODELS.get(id);
  if (!model) throw unknownModel(id);
  return write(model);
}

function decodeId(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new SandboxRefusal(404, '');
  }
}
