import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../../common/context/call-context.js';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import { Clock } from '../../../common/time/clock.port.js';
import { RequestDraft } from '../../providers/request-draft.js';
import { ResponseIds } from '../response-ids.js';
import type { ResponseObject } from '../response-object.types.js';
import type { InputItem, ResponsesRequest } from '../responses.types.js';
import { refuseStateful } from '../stateless.js';
import type { EventRecorder } from '../store/event-recorder.js';
import { isStorableId } from '../store/stored-id.js';
import { ResponseArchive } from '../store/response-archive.js';
import type { EventRun, ResponseEntry, StoredResponse } from '../store/response-store.port.js';
import { inputItemsOf, isReference, named } from './own-input.js';
import { ResponseOptions } from './response-options.js';
import { conversationOf, inputOf, outputOf } from './stored-items.js';

/** A request with nothing in it that refers to stored responses. */
export interface ResolvedRequest {
  /**
   * For conversion and for the echo: `input` holds the conversation so far, and `store` says what will be the case.
   * To an upstream it goes with `store: false` and without `previous_response_id`.
   */
  readonly request: ResponsesRequest;
  /** The caller's own items as they are stored, each with an id and no reference; empty when nothing is stored. */
  readonly own: readonly InputItem[];
  /** How many items of `request.input` come from earlier responses. */
  readonly inherited: number;
  /** Whose it is. */
  readonly scope: string;
}

/** Statuses of answers that a conversation can go on from. */
const CONTINUABLE: ReadonlySet<string> = new Set(['completed', 'incomplete']);

/** What requests take from stored responses, and what becomes of their answers. */
@Injectable()
export class ResponseState {
  constructor(
    private readonly archive: ResponseArchive,
    private readonly ids: ResponseIds,
    private readonly clock: Clock,
    private readonly options: ResponseOptions,
  ) {}

  get isOn(): boolean {
    return this.options.enabled;
  }

  /**
   * Replaces what refers to stored responses. Asks the database only when there is such a thing.
   * @throws GatewayError 400 for what is not stored or cannot be continued, 503 while the database is away
   */
  resolve(request: ResponsesRequest, call: CallContext): ResolvedRequest | Promise<ResolvedRequest> {
    refuseStateful(request, this.isOn);
    const scope = scopeOf(call);
    if (request.background === true && request.store === false) {
      throw new GatewayError(
        'invalid_value',
        "A background response must be stored: leave 'store' out, or set it to true.",
        {
          param: 'background',
        },
      );
    }
    const plain = { ...request, store: this.stores(request, call), stream: request.stream };
    const needsStore =
      this.isOn &&
      (request.previous_response_id != null || (Array.isArray(request.input) && request.input.some(isReference)));
    if (needsStore) return this.lookUp(plain, scope);
    return { request: plain, own: this.ownOf(plain, () => inputItemsOf(plain)), inherited: 0, scope };
  }

  /** Stores an answer; resolves when it can be retrieved, or when its caller should not wait any longer. */
  async keep(resolved: ResolvedRequest, response: ResponseObject, events?: EventRecorder): Promise<void> {
    if (resolved.request.store !== true) return;
    return this.archive.keep(this.entryOf(resolved, response, events ? await events.runs() : []));
  }

  /** An answer as it is stored, with the caller's items. */
  entryOf(resolved: ResolvedRequest, response: ResponseObject, events: readonly EventRun[]): ResponseEntry {
    return {
      response: { ...this.row(resolved, response), input: JSON.stringify(resolved.own) },
      events,
      itemIds: referableIds([...resolved.own, ...response.output]),
    };
  }

  /** An answer whose prompt no upstream has seen: what is text of the caller's in it is left out. */
  unsentEntryOf(resolved: ResolvedRequest, response: ResponseObject, events: readonly EventRun[] = []): ResponseEntry {
    const silent: ResponseObject = {
      ...response,
      instructions: null,
      tools: [],
      tool_choice: 'auto',
      text: { format: { type: 'text' } },
    };
    return { response: this.row(resolved, silent), events, itemIds: [] };
  }

  private row({ request, scope }: ResolvedRequest, response: ResponseObject): StoredResponse {
    const createdAt = this.clock.wallTime();
    return {
      scope,
      id: response.id,
      status: response.status,
      background: response.background,
      previousId: request.previous_response_id === response.id ? null : (request.previous_response_id ?? null),
      body: JSON.stringify(response),
      input: null,
      createdAt: new Date(createdAt),
      expiresAt: new Date(createdAt + this.options.ttlMs),
    };
  }

  private ownOf(request: ResponsesRequest, items: () => readonly InputItem[]): readonly InputItem[] {
    return request.store === true ? named(items(), this.ids) : [];
  }

  /** Whether the answer will be stored. An explicit wish that cannot be met is named. */
  private stores(request: ResponsesRequest, call: CallContext): boolean {
    // Its place in the store is its only way to its caller: without the database it is refused when it is taken in.
    if (request.background === true) return true;
    if (request.store === false) return false;
    if (this.isOn && this.archive.accepts && call.caller.storesContent) return true;
    if (request.store === true) new RequestDraft('chosen', call).filter('store');
    return false;
  }

  private async lookUp(request: ResponsesRequest, scope: string): Promise<ResolvedRequest> {
    const previous = request.previous_response_id;
    const earlier = previous == null ? [] : conversationOf(await this.chainOf(scope, previous));
    const own = await this.withoutReferences(inputItemsOf(request), scope);
    const input = [...earlier, ...own];
    return { request: { ...request, input }, own: this.ownOf(request, () => own), inherited: earlier.length, scope };
  }

  private async chainOf(scope: string, id: string): Promise<StoredResponse[]> {
    const chain = await this.archive.chain(scope, id);
    const last = chain.at(-1);
    if (!last) throw previousNotFound(id);
    // An earlier turn was deleted or has expired: to go on without it would change what the conversation says.
    const missing = chain[0]?.previousId;
    if (missing != null) throw previousNotFound(missing);
    if (!CONTINUABLE.has(last.status)) {
      const message = `The response '${id}' has the status '${last.status}', so it cannot be continued.`;
      throw new GatewayError('invalid_value', message, { param: 'previous_response_id' });
    }
    return chain;
  }

  /** Unknown references stay, to be refused where the items are read. */
  private async withoutReferences(items: readonly InputItem[], scope: string): Promise<InputItem[]> {
    const wanted = items.filter(isReference).map(({ id }) => id);
    if (wanted.length === 0) return [...items];
    const holders = await this.archive.withItems(scope, wanted);
    const held = holders.flatMap((response) => inputOf(response).concat(outputOf(response)));
    const known = new Map(held.map((item) => [item.id, item]));
    return items.map((item) => (isReference(item) ? (known.get(item.id) ?? item) : item));
  }
}

/** Whose responses a call may see: each key its own, and without keys all callers one. */
export function scopeOf(call: CallContext): string {
  return call.caller.id;
}

/** Says the path of a wrong item by the caller's own list; what is wrong in an earlier turn, by its response. */
export function byOwnItems(error: GatewayError, { inherited }: ResolvedRequest): GatewayError {
  if (inherited === 0 || error.param === null) return error;
  const shift = (text: string): string =>
    text.replaceAll(/\binput\[(\d+)\]/g, (path, index) =>
      Number(index) < inherited ? path : `input[${Number(index) - inherited}]`,
    );
  const inEarlier = Number(/^input\[(\d+)\]/.exec(error.param)?.[1] ?? inherited) < inherited;
  const { code, headers, status, type, wireCode } = error;
  const param = inEarlier ? 'previous_response_id' : shift(error.param);
  return new GatewayError(code, shift(error.message), { param, headers, status, type, wireCode, cause: error });
}

const isReferable = (id: unknown): id is string => typeof id === 'string' && isStorableId(id);

function referableIds(items: ReadonlyArray<{ readonly id?: unknown }>): string[] {
  return [...new Set(items.map(({ id }) => id).filter(isReferable))];
}

function previousNotFound(id: string): GatewayError {
  const message = `Previous response with id '${id}' not found.`;
  return new GatewayError('previous_response_not_found', message, { param: 'previous_response_id' });
}
