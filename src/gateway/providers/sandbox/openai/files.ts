import { randomUUID } from 'node:crypto';
import type { UpstreamAnswer } from '../upstream-answer.js';
import { fieldOf, fileOf, type Form, type FormFile } from './multipart-form.js';
import { bytes, json } from './openai-answer.js';
import { noSuch, wrongValue } from './openai-refusal.js';

const PURPOSES = ['assistants', 'batch', 'fine-tune', 'vision', 'user_data', 'evals'];

interface StoredFile {
  readonly about: {
    readonly id: string;
    readonly object: 'file';
    readonly bytes: number;
    readonly created_at: number;
    readonly filename: string;
    readonly purpose: string;
    readonly status: 'processed';
  };
  readonly file: FormFile;
}

/** The files of the account. */
export class Files {
  private readonly stored = new Map<string, StoredFile>();

  create(form: Form): UpstreamAnswer {
    const purpose = fieldOf(form, 'purpose');
    if (!PURPOSES.includes(purpose)) throw wrongValue('purpose', `'${purpose}' is not one of ${PURPOSES.join(', ')}`);
    const about = this.keep(fileOf(form, 'file'), purpose);
    return json(about);
  }

  keep(file: FormFile, purpose: string): StoredFile['about'] {
    const id = `file-${randomUUID().replaceAll('-', '').slice(0, 22)}`;
    const { filename, content } = file;
    const created_at = Math.floor(Date.now() / 1000);
    const about = {
      id,
      object: 'file',
      bytes: content.length,
      created_at,
      filename,
      purpose,
      status: 'processed',
    } as const;
    this.stored.set(id, { about, file });
    return about;
  }

  list(purpose: string | undefined, limit: number): UpstreamAnswer {
    const all = [...this.stored.values()].map(({ about }) => about).toReversed();
    const wanted = all.filter((about) => purpose === undefined || about.purpose === purpose);
    const data = wanted.slice(0, limit);
    const ids = { first_id: data.at(0)?.id ?? null, last_id: data.at(-1)?.id ?? null };
    return json({ object: 'list', data, ...ids, has_more: wanted.length > limit });
  }

  show(id: string): UpstreamAnswer {
    return json(this.find(id).about);
  }

  content(id: string): UpstreamAnswer {
    const { file } = this.find(id);
    const disposition = `attachment; filename="${file.filename}"`;
    return bytes(file.content, 'application/octet-stream', ['content-disposition', disposition]);
  }

  remove(id: string): UpstreamAnswer {
    this.find(id);
    this.stored.delete(id);
    return json({ id, object: 'file', deleted: true });
  }

  find(id: string): StoredFile {
    const stored = this.stored.get(id);
    if (!stored) throw noSuch('File', id);
    return stored;
  }

  clear(): void {
    this.stored.clear();
  }
}
