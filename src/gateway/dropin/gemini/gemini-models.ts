import { Injectable } from '@nestjs/common';
import { KnownModels } from '../../models/known-models.port.js';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { KeyHolder } from '../../../control/keys/key-directory.port.js';
import { permitsModel } from '../../../control/keys/permitted-models.port.js';
import type { GeminiModelDto, GeminiModelListDto } from './dto/gemini-answers.dto.js';

type ModelFacts = NonNullable<ReturnType<KnownModels['describe']>>;

/** The page of clients that ask for none, and the largest (https://ai.google.dev/api/models). */
const DEFAULT_PAGE = 50;
const MAX_PAGE = 1_000;

/** The listed models as Gemini's API shows them. */
@Injectable()
export class GeminiModels {
  constructor(private readonly known: KnownModels) {}

  /** @throws GatewayError 400 for a size or token that is none */
  page(pageSize: string | undefined, pageToken: string | undefined, holder?: KeyHolder): GeminiModelListDto {
    const routes = this.known.all().filter((route) => this.chats(route) && permits(holder, route));
    const from = readToken(pageToken);
    const to = from + readSize(pageSize);
    return {
      models: routes.slice(from, to).map((route) => this.present(route)),
      ...(to < routes.length && { nextPageToken: writeToken(to) }),
    };
  }

  /** The model of a route or of a bare id. @throws GatewayError 404, also for one that the key may not use */
  one(name: string, holder?: KeyHolder): GeminiModelDto {
    if (this.entryOf(name)) return this.permitted(name, holder);
    const [provider, ...others] = this.known.providersOf(name).filter((one) => permits(holder, `${one}/${name}`));
    if (provider === undefined) throw this.known.notFound(name);
    if (others.length > 0) throw this.known.ambiguous(name, [provider, ...others]);
    return Object.assign(this.present(`${provider}/${name}`), { name: `models/${name}` });
  }

  private permitted(route: string, holder: KeyHolder | undefined): GeminiModelDto {
    if (!permits(holder, route)) throw this.known.notFound(route);
    return this.present(route);
  }

  private chats(route: string): boolean {
    return this.entryOf(route)?.capabilities.chat !== false;
  }

  private entryOf(route: string): ModelFacts | undefined {
    const slash = route.indexOf('/');
    return slash < 1 ? undefined : this.known.describe(route.slice(0, slash), route.slice(slash + 1));
  }

  private present(route: string): GeminiModelDto {
    const entry = this.entryOf(route);
    return {
      name: `models/${route}`,
      version: '001',
      displayName: entry?.display_name ?? route,
      supportedGenerationMethods: ['generateContent', 'countTokens'],
      ...(entry && factsOf(entry)),
    };
  }
}

function permits(holder: KeyHolder | undefined, route: string): boolean {
  const slash = route.indexOf('/');
  return !holder || permitsModel(holder, route.slice(0, slash), route.slice(slash + 1));
}

/** What the catalogue knows; the rest is left out. */
function factsOf(entry: ModelFacts): Partial<GeminiModelDto> {
  const { description, context_length: input, max_output_tokens: output, capabilities } = entry;
  return {
    ...(description !== null && { description }),
    ...(input !== null && { inputTokenLimit: input }),
    ...(output !== null && { outputTokenLimit: output }),
    ...(capabilities.reasoning !== null && { thinking: capabilities.reasoning }),
  };
}

function readSize(pageSize: string | undefined): number {
  if (pageSize === undefined || pageSize === '') return DEFAULT_PAGE;
  if (!/^\d{1,9}$/.test(pageSize)) throw invalidPage('pageSize', 'expected a number of models');
  return Math.min(Number(pageSize) || DEFAULT_PAGE, MAX_PAGE);
}

/** The place where the page begins; opaque to clients. */
function writeToken(from: number): string {
  return Buffer.from(`from:${from}`).toString('base64url');
}

function readToken(token: string | undefined): number {
  if (token === undefined || token === '') return 0;
  const from = /^from:(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString('latin1'))?.[1];
  if (from === undefined) throw invalidPage('pageToken', 'it is not a token of this list');
  return Number(from);
}

function invalidPage(param: string, what: string): GatewayError {
  return new GatewayError('invalid_value', `Invalid value at '${param}': ${what}.`, { param });
}
