import { isRecord } from '../../../common/json/is-record.js';
import type { UpstreamModel } from '../provider.port.js';

export interface ModelPage {
  readonly models: readonly UpstreamModel[];
  /** Asks for the next page. */
  readonly next: string | undefined;
}

/** One page of GET /v1beta/models: those that generate content. Google says of none when it was made. */
export function readModelPage(body: unknown): ModelPage {
  if (!isRecord(body)) return { models: [], next: undefined };
  const listed = Array.isArray(body.models) ? body.models.filter(isRecord) : [];
  return {
    models: listed.filter(generates).map(({ name }) => ({
      id: String(name).replace(/^models\//, ''),
      created: 0,
      owned_by: 'google',
    })),
    next: typeof body.nextPageToken === 'string' && body.nextPageToken !== '' ? body.nextPageToken : undefined,
  };
}

function generates({ supportedGenerationMethods: methods }: Record<string, unknown>): boolean {
  return !Array.isArray(methods) || methods.includes('generateContent');
}
