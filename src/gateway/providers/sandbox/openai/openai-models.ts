import { OpenAiRefusal, unknownModel } from './openai-refusal.js';

export type Ability = 'chat' | 'embeddings' | 'images' | 'speech' | 'audio' | 'moderations';

/** Models with what they can be asked for; vectors have a longest length. */
const MODELS: Readonly<
  Record<string, { readonly ability: Ability; readonly dimensions?: number; readonly shortens?: true }>
> = {
  'gpt-5-mini': { ability: 'chat' },
  'gpt-4o-mini': { ability: 'chat' },
  'text-embedding-3-small': { ability: 'embeddings', dimensions: 1536, shortens: true },
  'text-embedding-3-large': { ability: 'embeddings', dimensions: 3072, shortens: true },
  'text-embedding-ada-002': { ability: 'embeddings', dimensions: 1536 },
  'gpt-image-1': { ability: 'images' },
  'dall-e-2': { ability: 'images' },
  'tts-1': { ability: 'speech' },
  'gpt-4o-mini-tts': { ability: 'speech' },
  'whisper-1': { ability: 'audio' },
  'gpt-4o-mini-transcribe': { ability: 'audio' },
  'omni-moderation-latest': { ability: 'moderations' },
};

export interface OpenAiModel {
  readonly id: string;
  readonly dimensions: number;
  readonly shortens: boolean;
}

/** @throws OpenAiRefusal 404 for a model that does not exist, 400 for one that is for something else */
export function modelFor(ability: Ability, id: unknown): OpenAiModel {
  const model = typeof id === 'string' && Object.hasOwn(MODELS, id) ? MODELS[id] : undefined;
  if (!model || typeof id !== 'string') throw unknownModel(String(id));
  if (model.ability !== ability) {
    throw new OpenAiRefusal(400, `This model is not supported for this operation: ${id}`, { param: 'model' });
  }
  return { id, dimensions: model.dimensions ?? 0, shortens: model.shortens === true };
}

const CREATED = 1_700_000_000;
const shown = (id: string) => ({ id, object: 'model', created: CREATED, owned_by: 'openai' });

export function listModels(): unknown {
  return { object: 'list', data: Object.keys(MODELS).map(shown) };
}

export function showModel(id: string): unknown {
  if (!Object.hasOwn(MODELS, id)) throw unknownModel(id);
  return shown(id);
}
