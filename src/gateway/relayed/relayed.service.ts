import { Injectable } from '@nestjs/common';
import { defer, finalize, from, type Observable, switchMap } from 'rxjs';
import type { CallContext } from '../../common/context/call-context.js';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { UnreadableBody } from '../../common/http/unreadable-body.js';
import { isRecord } from '../../common/json/is-record.js';
import { checkFallbacks } from '../openai/fallbacks-check.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import type { RelayedContent, RelayedPart, RelayedRequest } from '../providers/relayed-operation.port.js';
import { InferenceRouter, type RouteRules } from '../routing/inference-router.port.js';
import { ProviderRoutes } from '../routing/provider-routes.port.js';
import { chooseProvider } from './provider-choice.js';
import { mayLeaveModelOpen } from './named-model.js';
import type { RelayedRoute } from './relayed-route.js';
import { Upload } from './upload/upload.js';

/** What of a request decides who gets it, beside its model. */
export interface RelayTarget {
  readonly call: CallContext;
  /** Names of providers that the caller gave, in header and query. */
  readonly wanted: readonly string[];
}

/** A request about something that an account has: a file, a batch, a list of them. */
export interface ThingRequest {
  /** What `:id` in the route's path stands for. */
  readonly id?: string;
  /** The query without what is the gateway's own. */
  readonly query?: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** A request that may name its model. */
type ModelRequest = Readonly<Record<string, unknown>> & {
  readonly model?: string | null;
  readonly fallbacks?: string[] | null;
};

/** What a form has to say before its files, so that it is known what it may cost. */
const FOUND_FIRST: Readonly<Partial<Record<RelayedRoute['operation'], ReadonlyArray<'model' | 'count'>>>> = {
  files: [],
  images: ['model', 'count'],
};
/** Most images that vendors make at once: what is held for while the form's `n` may still come after its files. */
const MOST_IMAGES = 10;

const FIRST = "Send the field 'model' before the file, or its provider: ";

/** Passes operations on to providers that have them. */
@Injectable()
export class RelayedService {
  constructor(
    private readonly router: InferenceRouter,
    private readonly routes: ProviderRoutes,
    private readonly providers: ProviderRegistry,
  ) {}

  /** A JSON request: along the plan of its model, with retries and fallbacks; without a model, at the provider that is meant. */
  json(route: RelayedRoute, request: ModelRequest, target: RelayTarget): Observable<RelayedPart> {
    const { fallbacks, ...body } = request;
    const content = (model: string) => jsonContent({ ...body, ...(model !== '' && { model }) });
    if (typeof body.model !== 'string') {
      mayLeaveModelOpen(route, target.call.caller);
      return this.atAccount(route, target, { content });
    }
    // What it may cost is held before it is sent: its text is its input, and each image has its price.
    const { input, prompt = input, n } = body;
    return this.router.route(
      { model: body.model, fallbacks, prompt, n },
      target.call,
      (provider, { model }, attempt) => provider.relayOperation({ ...base(route), model, content }, attempt),
      rulesOf(route),
    );
  }

  /** A request about what an account has. */
  thing(route: RelayedRoute, { id, query = '', body }: ThingRequest, target: RelayTarget): Observable<RelayedPart> {
    const rest = id === undefined ? route.rest : route.rest.replace(':id', encodeURIComponent(checkedId(id)));
    return this.atAccount(route, target, { rest, query, ...(body && { content: () => jsonContent(body) }) });
  }

  /** A form; a JSON body of the same route is relayed as such. */
  form(route: RelayedRoute, body: unknown, target: RelayTarget): Observable<RelayedPart> {
    if (body instanceof Upload) return this.upload(route, body, target);
    if (body instanceof UnreadableBody) throw body.error.status === 415 ? notAForm(body.error) : body.error;
    if (!isRecord(body)) throw notAForm();
    const { fallbacks } = body;
    const violation =
      fallbacks === undefined || fallbacks === null ? undefined : checkFallbacks(fallbacks, 'fallbacks');
    if (violation) throw new GatewayError(violation.code, violation.message, { param: violation.param });
    return this.json(route, body, target);
  }

  private upload(route: RelayedRoute, upload: Upload, target: RelayTarget): Observable<RelayedPart> {
    return defer(() => from(upload.look(FOUND_FIRST[route.operation] ?? ['model']))).pipe(
      switchMap(() => this.sendUpload(route, upload, target)),
      finalize(() => upload.discard()),
    );
  }

  private sendUpload(route: RelayedRoute, upload: Upload, target: RelayTarget): Observable<RelayedPart> {
    const rules: RouteRules = { ...rulesOf(route), isSpent: () => upload.isSpent, choicesIn: () => upload.count ?? 1 };
    const { model } = upload;
    if (model === undefined || route.operation === 'files') {
      if (route.operation !== 'files') mayLeaveModelOpen(route, target.call.caller);
      const provider = chooseProvider(
        this.providers,
        route,
        target.wanted,
        route.operation === 'files' ? '' : FIRST,
      ).name;
      const rewrite = (late: string): string => this.lateModel(late, provider, route);
      return this.atAccount(
        route,
        target,
        { content: () => formContent(upload, rewrite, route.operation === 'files') },
        rules,
      );
    }
    return this.router.route(
      { model, n: upload.count ?? (upload.isKept ? 1 : MOST_IMAGES) },
      target.call,
      (provider, routed, attempt) =>
        provider.relayOperation(
          { ...base(route), model: routed.model, content: (name) => formContent(upload, () => name, true) },
          attempt,
        ),
      rules,
    );
  }

  private atAccount(
    route: RelayedRoute,
    { wanted, call }: RelayTarget,
    parts: Partial<RelayedRequest>,
    rules: RouteRules = rulesOf(route),
  ): Observable<RelayedPart> {
    return defer(() => {
      const { name } = chooseProvider(this.providers, route, wanted);
      return this.routes.at(
        name,
        call,
        (provider, { model }, attempt) => provider.relayOperation({ ...base(route), ...parts, model }, attempt),
        rules,
      );
    });
  }

  /** The model of a form that said it only when its file was on its way: it may still be named with its provider. */
  private lateModel(model: string, provider: string, { operation }: RelayedRoute): string {
    if (operation === 'files') return model;
    const slash = model.indexOf('/');
    const prefix = model.slice(0, Math.max(slash, 0));
    if (prefix === provider) return model.slice(slash + 1);
    if (!this.providers.get(prefix)) return model;
    const message = `The form was on its way to '${provider}' when its 'model' named '${prefix}'. Send 'model' before the file.`;
    throw new GatewayError('invalid_value', message, { param: 'model' });
  }
}

function base({ operation, name, method, rest, answer }: RelayedRoute) {
  return { operation, name, method, rest, answer, query: '' };
}

function rulesOf({ operation, name }: RelayedRoute): RouteRules {
  return { needs: { operation, name } };
}

function jsonContent(body: Readonly<Record<string, unknown>>): RelayedContent {
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

/** @param isComplete whether the model is known, so that the length is */
function formContent(upload: Upload, rewrite: (model: string) => string, isComplete: boolean): RelayedContent {
  const length = isComplete || upload.isKept ? upload.lengthWith(rewrite) : undefined;
  return {
    body: upload.open(rewrite),
    headers: {
      'content-type': upload.contentType,
      ...(length !== undefined && { 'content-length': String(length) }),
    },
  };
}

/** Ids of files and batches. What has other characters is none, and could be another path. */
const ID = /^[\w-][\w.:-]{0,255}$/;

function checkedId(id: string): string {
  if (ID.test(id)) return id;
  throw new GatewayError('not_found', 'There is nothing with this id.', { wireCode: null });
}

function notAForm(cause?: GatewayError): GatewayError {
  const message = "Send a form with the header 'content-type: multipart/form-data'.";
  return new GatewayError('unsupported_media_type', message, { cause });
}
