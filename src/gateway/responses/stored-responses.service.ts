import { Injectable } from '@nestjs/common';
import type { Observable } from 'rxjs';
import type { CallContext } from '../../common/context/call-context.js';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { BackgroundResponses } from './background/background-responses.js';
import type { DeletedResponseDto, ItemListDto } from './dto/stored-response.dto.js';
import type { ItemPageQuery, RetrieveQuery } from './dto/stored-response.query.js';
import { notStored } from './not-stored.js';
import { ResponseReplay } from './replay/response-replay.js';
import type { ResponseObject } from './response-object.types.js';
import type { InputItem } from './responses.types.js';
import { pageOf } from './state/item-page.js';
import { withIncludes } from './state/later-includes.js';
import { ResponseState, scopeOf } from './state/response-state.js';
import { bodyOf, conversationOf, inputOf } from './state/stored-items.js';
import { ResponseArchive } from './store/response-archive.js';
import { ResponseStore, type StoredResponse } from './store/response-store.port.js';

const RUNNING: ReadonlySet<string> = new Set(['queued', 'in_progress']);

/** What can be done with a response once it is made. To another scope than its own it does not exist. */
@Injectable()
export class StoredResponsesService {
  constructor(
    private readonly state: ResponseState,
    private readonly archive: ResponseArchive,
    private readonly store: ResponseStore,
    private readonly background: BackgroundResponses,
    private readonly replay: ResponseReplay,
  ) {}

  /** The response as it stands, or the frames of its events. */
  retrieve(id: string, query: RetrieveQuery, call: CallContext): Observable<string> | Promise<ResponseObject> {
    this.assertOn(id);
    if (query.stream) return this.replay.stream(scopeOf(call), id, query.startingAfter, call.demand);
    return this.current(scopeOf(call), id).then((response) => ({
      ...response,
      output: withIncludes(response.output, query.include, call),
    }));
  }

  async remove(id: string, call: CallContext): Promise<DeletedResponseDto> {
    this.assertOn(id);
    const scope = scopeOf(call);
    const run = this.background.find(scope, id);
    await run?.cancel();
    if (!(await this.archive.remove(scope, id))) throw notStored(id);
    return { id, object: 'response', deleted: true };
  }

  /** Ends a background response; one that has ended is given as it ended. */
  async cancel(id: string, call: CallContext): Promise<ResponseObject> {
    this.assertOn(id);
    const scope = scopeOf(call);
    const run = this.background.find(scope, id);
    if (run) return run.cancel();
    const stored = await this.find(scope, id);
    if (!stored.background) {
      const message = 'Only a response that was created with "background": true can be cancelled.';
      throw new GatewayError('invalid_value', message, { param: 'response_id' });
    }
    const response = bodyOf(stored);
    if (!RUNNING.has(stored.status)) return response;
    // It runs on another node, which learns of it with its next look.
    const cancelled: ResponseObject = { ...response, status: 'cancelled' };
    const row = { ...stored, status: cancelled.status, body: JSON.stringify(cancelled) };
    if (await this.store.settle({ response: row, events: [], itemIds: [] }, 'running')) return cancelled;
    return this.current(scope, id);
  }

  /** The items that the response was made from, those of earlier turns included. */
  async inputItems(id: string, query: ItemPageQuery, call: CallContext): Promise<ItemListDto> {
    this.assertOn(id);
    const items = await this.itemsOf(scopeOf(call), id);
    return pageOf(withIncludes(items, query.include, call), query);
  }

  private async itemsOf(scope: string, id: string): Promise<readonly InputItem[]> {
    const run = this.background.find(scope, id);
    if (run) return run.items;
    const chain = await this.archive.chain(scope, id);
    const own = chain.at(-1);
    if (!own) throw notStored(id);
    return [...conversationOf(chain.slice(0, -1)), ...inputOf(own)];
  }

  private async current(scope: string, id: string): Promise<ResponseObject> {
    return this.background.find(scope, id)?.response ?? bodyOf(await this.find(scope, id));
  }

  private async find(scope: string, id: string): Promise<StoredResponse> {
    const found = await this.archive.find(scope, id);
    if (!found) throw notStored(id);
    return found;
  }

  /** Where nothing is stored, no id is known. */
  private assertOn(id: string): void {
    if (!this.state.isOn) throw notStored(id);
  }
}
