import type { RelayedAnswerRules, RelayedOperation } from '../providers/relayed-operation.port.js';

/** A route of OpenAI's API that is relayed to providers that have its operation. */
export interface RelayedRoute {
  readonly operation: RelayedOperation;
  /** The subject of "… is not supported by the cerebras provider". */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** What follows the operation's own path; `:id` stands for the path's parameter. */
  readonly rest: string;
  readonly answer: RelayedAnswerRules;
}

const JSON_ANSWER: RelayedAnswerRules = { kind: 'json' };
const MEDIA: RelayedAnswerRules = { kind: 'media' };
const THING: RelayedAnswerRules = { kind: 'json', namesThing: true };

/** The relayed routes; the names are those of the refusals that OpenAI's other routes get. */
export const ROUTES = {
  embeddings: post('embeddings', 'embeddings', JSON_ANSWER),
  imageGeneration: post('images', 'image generation', JSON_ANSWER, '/generations'),
  imageEditing: post('images', 'image editing', JSON_ANSWER, '/edits'),
  imageVariation: post('images', 'image variation', JSON_ANSWER, '/variations'),
  speech: post('speech', 'speech', MEDIA),
  transcription: post('transcriptions', 'transcription', MEDIA),
  translation: post('translations', 'audio translation', MEDIA),
  moderation: post('moderations', 'moderation', JSON_ANSWER),
  fileUpload: post('files', 'file upload', JSON_ANSWER),
  fileListing: get('files', 'file listing', JSON_ANSWER),
  fileRetrieval: get('files', 'file retrieval', THING, '/:id'),
  fileDeletion: { ...get('files', 'file deletion', THING, '/:id'), method: 'DELETE' },
  fileContent: get('files', 'file content retrieval', { kind: 'file', namesThing: true }, '/:id/content'),
  batchCreation: post('batches', 'batch creation', JSON_ANSWER),
  batchListing: get('batches', 'batch listing', JSON_ANSWER),
  batchRetrieval: get('batches', 'batch retrieval', THING, '/:id'),
  batchCancellation: post('batches', 'batch cancellation', THING, '/:id/cancel'),
} as const satisfies Readonly<Record<string, RelayedRoute>>;

function post(operation: RelayedOperation, name: string, answer: RelayedAnswerRules, rest = ''): RelayedRoute {
  return { operation, name, method: 'POST', rest, answer };
}

function get(operation: RelayedOperation, name: string, answer: RelayedAnswerRules, rest = ''): RelayedRoute {
  return { operation, name, method: 'GET', rest, answer };
}
