import { randomUUID } from 'node:crypto';
import type { UpstreamAnswer } from '../upstream-answer.js';
import type { Files } from './files.js';
import { json } from './openai-answer.js';
import { anything, check, oneOf, string } from './openai-fields.js';
import { noSuch, OpenAiRefusal } from './openai-refusal.js';

const DAY_S = 86_400;

interface Batch {
  id: string;
  object: 'batch';
  endpoint: unknown;
  errors: null;
  input_file_id: string;
  completion_window: unknown;
  status: 'validating' | 'in_progress' | 'cancelling';
  output_file_id: null;
  error_file_id: null;
  created_at: number;
  expires_at: number;
  request_counts: { total: number; completed: number; failed: number };
  metadata: unknown;
}

/** The batches of the account. They are taken, and never done. */
export class Batches {
  private readonly stored = new Map<string, Batch>();

  constructor(private readonly files: Files) {}

  create(request: unknown): UpstreamAnswer {
    const body = check(request, {
      required: ['input_file_id', 'endpoint', 'completion_window'],
      fields: {
        input_file_id: string,
        endpoint: oneOf(
          '/v1/chat/completions',
          '/v1/responses',
          '/v1/embeddings',
          '/v1/completions',
          '/v1/moderations',
        ),
        completion_window: oneOf('24h'),
        metadata: anything,
        output_expires_after: anything,
      },
    });
    const input_file_id = String(body['input_file_id']);
    const { about, file } = this.files.find(input_file_id);
    if (about.purpose !== 'batch')
      throw new OpenAiRefusal(400, "The file's purpose is not 'batch'.", { param: 'input_file_id' });
    const created_at = Math.floor(Date.now() / 1000);
    const batch: Batch = {
      id: `batch_${randomUUID().replaceAll('-', '')}`,
      object: 'batch',
      endpoint: body['endpoint'],
      errors: null,
      input_file_id,
      completion_window: body['completion_window'],
      status: 'validating',
      output_file_id: null,
      error_file_id: null,
      created_at,
      expires_at: created_at + DAY_S,
      request_counts: { total: file.content.toString().split('\n').filter(Boolean).length, completed: 0, failed: 0 },
      metadata: body['metadata'] ?? null,
    };
    this.stored.set(batch.id, batch);
    return json(batch);
  }

  list(limit: number): UpstreamAnswer {
    const all = [...this.stored.values()].toReversed();
    const data = all.slice(0, limit);
    const ids = { first_id: data.at(0)?.id ?? null, last_id: data.at(-1)?.id ?? null };
    return json({ object: 'list', data, ...ids, has_more: all.length > limit });
  }

  show(id: string): UpstreamAnswer {
    return json(this.find(id));
  }

  cancel(id: string): UpstreamAnswer {
    const batch = this.find(id);
    batch.status = 'cancelling';
    return json(batch);
  }

  clear(): void {
    this.stored.clear();
  }

  private find(id: string): Batch {
    const batch = this.stored.get(id);
    if (!batch) throw noSuch('Batch', id);
    return batch;
  }
}
