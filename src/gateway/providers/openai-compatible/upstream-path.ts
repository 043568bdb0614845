import type { AddressedOperation, ProfilePaths } from '../profiles/provider-profile.types.js';

/** OpenAI's own paths, below `/v1`. */
const OPENAI_PATHS: Readonly<Record<AddressedOperation, string>> = {
  chat: '/chat/completions',
  completions: '/completions',
  models: '/models',
  responses: '/responses',
  embeddings: '/embeddings',
  images: '/images',
  speech: '/audio/speech',
  transcriptions: '/audio/transcriptions',
  translations: '/audio/translations',
  moderations: '/moderations',
  files: '/files',
  batches: '/batches',
};

/** Where an operation is, below the base URL; `rest` is what follows OpenAI's own path, as in `/edits` of images. */
export function pathOf(paths: ProfilePaths, operation: AddressedOperation, deployment: string, rest = ''): string {
  const [path, query] = (paths.own?.[operation] ?? paths.root + OPENAI_PATHS[operation]).split('?');
  const filled = `${path}${rest}`.replace('{deployment}', encodeURIComponent(deployment));
  const queries = [query, paths.query].filter((part) => part !== undefined && part !== '');
  return queries.length === 0 ? filled : `${filled}?${queries.join('&')}`;
}
