/** HTTP methods of the routes that no provider has. */
export type UnsupportedMethod = 'GET' | 'POST' | 'DELETE';

/** A route of OpenAI's API that the gateway knows and refuses. */
export interface UnsupportedRoute {
  /** Path below /v1, in the router's syntax. */
  readonly path: string;
  /** What each method of the route would do: the subject of "… is not supported by the cerebras provider". */
  readonly operations: Readonly<Partial<Record<UnsupportedMethod, string>>>;
}

/**
 * OpenAI's routes (reference of openai-python, 2026) that are not relayed to any provider.
 * A method that OpenAI does not have on a path is not here either.
 */
export const UNSUPPORTED_ROUTES: readonly UnsupportedRoute[] = [
  { path: 'audio/voices', operations: { GET: 'voice listing', POST: 'voice creation' } },
  { path: 'audio/voices/:voice_id', operations: { GET: 'voice retrieval', DELETE: 'voice deletion' } },
  { path: 'audio/voice_consents', operations: { GET: 'voice consent listing', POST: 'voice consent creation' } },
  {
    path: 'audio/voice_consents/:consent_id',
    operations: { GET: 'voice consent retrieval', POST: 'voice consent update', DELETE: 'voice consent deletion' },
  },

  { path: 'uploads', operations: { POST: 'upload creation' } },
  { path: 'uploads/:upload_id/parts', operations: { POST: 'upload of parts' } },
  { path: 'uploads/:upload_id/complete', operations: { POST: 'upload completion' } },
  { path: 'uploads/:upload_id/cancel', operations: { POST: 'upload cancellation' } },

  { path: 'fine_tuning/jobs', operations: { GET: 'fine-tuning job listing', POST: 'fine-tuning' } },
  { path: 'fine_tuning/jobs/:fine_tuning_job_id', operations: { GET: 'fine-tuning job retrieval' } },
  { path: 'fine_tuning/jobs/:fine_tuning_job_id/cancel', operations: { POST: 'fine-tuning job cancellation' } },
  { path: 'fine_tuning/jobs/:fine_tuning_job_id/pause', operations: { POST: 'fine-tuning job pausing' } },
  { path: 'fine_tuning/jobs/:fine_tuning_job_id/resume', operations: { POST: 'fine-tuning job resumption' } },
  { path: 'fine_tuning/jobs/:fine_tuning_job_id/events', operations: { GET: 'fine-tuning event listing' } },
  { path: 'fine_tuning/jobs/:fine_tuning_job_id/checkpoints', operations: { GET: 'fine-tuning checkpoint listing' } },
  {
    path: 'fine_tuning/checkpoints/:checkpoint/permissions',
    operations: { GET: 'checkpoint permission listing', POST: 'checkpoint permission creation' },
  },
  {
    path: 'fine_tuning/checkpoints/:checkpoint/permissions/:permission_id',
    operations: { DELETE: 'checkpoint permission deletion' },
  },
  { path: 'fine_tuning/alpha/graders/run', operations: { POST: 'grading' } },
  { path: 'fine_tuning/alpha/graders/validate', operations: { POST: 'grader validation' } },
  // Only fine-tuned models can be deleted, and there are none.
  { path: 'models/:model', operations: { DELETE: 'model deletion' } },
  // The same for an id whose slashes are not encoded.
  { path: 'models/*', operations: { DELETE: 'model deletion' } },

  { path: 'vector_stores', operations: { GET: 'vector store listing', POST: 'vector store creation' } },
  {
    path: 'vector_stores/:vector_store_id',
    operations: { GET: 'vector store retrieval', POST: 'vector store update', DELETE: 'vector store deletion' },
  },
  { path: 'vector_stores/:vector_store_id/search', operations: { POST: 'vector store search' } },
  {
    path: 'vector_stores/:vector_store_id/files',
    operations: { GET: 'vector store file listing', POST: 'vector store file creation' },
  },
  {
    path: 'vector_stores/:vector_store_id/files/:file_id',
    operations: {
      GET: 'vector store file retrieval',
      POST: 'vector store file update',
      DELETE: 'vector store file deletion',
    },
  },
  {
    path: 'vector_stores/:vector_store_id/files/:file_id/content',
    operations: { GET: 'vector store file content retrieval' },
  },
  { path: 'vector_stores/:vector_store_id/file_batches', operations: { POST: 'vector store file batch creation' } },
  {
    path: 'vector_stores/:vector_store_id/file_batches/:batch_id',
    operations: { GET: 'vector store file batch retrieval' },
  },
  {
    path: 'vector_stores/:vector_store_id/file_batches/:batch_id/cancel',
    operations: { POST: 'vector store file batch cancellation' },
  },
  {
    path: 'vector_stores/:vector_store_id/file_batches/:batch_id/files',
    operations: { GET: 'vector store file batch listing' },
  },

  { path: 'assistants', operations: { GET: 'assistant listing', POST: 'assistant creation' } },
  {
    path: 'assistants/:assistant_id',
    operations: { GET: 'assistant retrieval', POST: 'assistant update', DELETE: 'assistant deletion' },
  },

  { path: 'threads', operations: { POST: 'thread creation' } },
  { path: 'threads/runs', operations: { POST: 'thread run creation' } },
  {
    path: 'threads/:thread_id',
    operations: { GET: 'thread retrieval', POST: 'thread update', DELETE: 'thread deletion' },
  },
  {
    path: 'threads/:thread_id/messages',
    operations: { GET: 'thread message listing', POST: 'thread message creation' },
  },
  {
    path: 'threads/:thread_id/messages/:message_id',
    operations: {
      GET: 'thread message retrieval',
      POST: 'thread message update',
      DELETE: 'thread message deletion',
    },
  },
  { path: 'threads/:thread_id/runs', operations: { GET: 'thread run listing', POST: 'thread run creation' } },
  { path: 'threads/:thread_id/runs/:run_id', operations: { GET: 'thread run retrieval', POST: 'thread run update' } },
  { path: 'threads/:thread_id/runs/:run_id/cancel', operations: { POST: 'thread run cancellation' } },
  { path: 'threads/:thread_id/runs/:run_id/submit_tool_outputs', operations: { POST: 'tool output submission' } },
  { path: 'threads/:thread_id/runs/:run_id/steps', operations: { GET: 'thread run step listing' } },
  { path: 'threads/:thread_id/runs/:run_id/steps/:step_id', operations: { GET: 'thread run step retrieval' } },

  // GET is the WebSocket's handshake.
  { path: 'realtime', operations: { GET: 'realtime' } },
  { path: 'realtime/sessions', operations: { POST: 'realtime session creation' } },
  { path: 'realtime/transcription_sessions', operations: { POST: 'realtime transcription session creation' } },
  { path: 'realtime/client_secrets', operations: { POST: 'realtime client secret creation' } },
  { path: 'realtime/translations', operations: { GET: 'realtime translation' } },
  {
    path: 'realtime/translations/client_secrets',
    operations: { POST: 'realtime translation client secret creation' },
  },
  { path: 'realtime/translations/calls', operations: { POST: 'realtime translation call creation' } },
  { path: 'realtime/calls', operations: { POST: 'realtime call creation' } },
  { path: 'realtime/calls/:call_id/accept', operations: { POST: 'realtime call acceptance' } },
  { path: 'realtime/calls/:call_id/hangup', operations: { POST: 'realtime call hang-up' } },
  { path: 'realtime/calls/:call_id/refer', operations: { POST: 'realtime call transfer' } },
  { path: 'realtime/calls/:call_id/reject', operations: { POST: 'realtime call rejection' } },

  { path: 'containers', operations: { GET: 'container listing', POST: 'container creation' } },
  { path: 'containers/:container_id', operations: { GET: 'container retrieval', DELETE: 'container deletion' } },
  {
    path: 'containers/:container_id/files',
    operations: { GET: 'container file listing', POST: 'container file creation' },
  },
  {
    path: 'containers/:container_id/files/:file_id',
    operations: { GET: 'container file retrieval', DELETE: 'container file deletion' },
  },
  {
    path: 'containers/:container_id/files/:file_id/content',
    operations: { GET: 'container file content retrieval' },
  },

  { path: 'evals', operations: { GET: 'eval listing', POST: 'eval creation' } },
  { path: 'evals/:eval_id', operations: { GET: 'eval retrieval', POST: 'eval update', DELETE: 'eval deletion' } },
  { path: 'evals/:eval_id/runs', operations: { GET: 'eval run listing', POST: 'eval run creation' } },
  {
    path: 'evals/:eval_id/runs/:run_id',
    operations: { GET: 'eval run retrieval', POST: 'eval run cancellation', DELETE: 'eval run deletion' },
  },
  { path: 'evals/:eval_id/runs/:run_id/output_items', operations: { GET: 'eval output listing' } },
  { path: 'evals/:eval_id/runs/:run_id/output_items/:output_item_id', operations: { GET: 'eval output retrieval' } },

  { path: 'videos', operations: { GET: 'video listing', POST: 'video generation' } },
  { path: 'videos/edits', operations: { POST: 'video editing' } },
  { path: 'videos/extensions', operations: { POST: 'video extension' } },
  { path: 'videos/characters', operations: { POST: 'video character creation' } },
  { path: 'videos/characters/:character_id', operations: { GET: 'video character retrieval' } },
  { path: 'videos/:video_id', operations: { GET: 'video retrieval', DELETE: 'video deletion' } },
  { path: 'videos/:video_id/content', operations: { GET: 'video content retrieval' } },
  { path: 'videos/:video_id/remix', operations: { POST: 'video remix' } },

  { path: 'conversations', operations: { POST: 'conversation creation' } },
  {
    path: 'conversations/:conversation_id',
    operations: { GET: 'conversation retrieval', POST: 'conversation update', DELETE: 'conversation deletion' },
  },
  {
    path: 'conversations/:conversation_id/items',
    operations: { GET: 'conversation item listing', POST: 'conversation item creation' },
  },
  {
    path: 'conversations/:conversation_id/items/:item_id',
    operations: { GET: 'conversation item retrieval', DELETE: 'conversation item deletion' },
  },

  // Completions that were created with `store: true`.
  { path: 'chat/completions', operations: { GET: 'stored chat completion listing' } },
  {
    path: 'chat/completions/:completion_id',
    operations: {
      GET: 'stored chat completion retrieval',
      POST: 'stored chat completion update',
      DELETE: 'stored chat completion deletion',
    },
  },
  {
    path: 'chat/completions/:completion_id/messages',
    operations: { GET: 'stored chat completion message listing' },
  },
];
