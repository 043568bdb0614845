import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../common/context/call-context.js';
import { GatewaySettingsStore } from '../../config/file/settings.port.js';

/** Longest session name, in characters; a longer one is cut, which still tells sessions apart. */
const MAX_SESSION = 256;

/** What a request says of its own routing, in headers and body. */
@Injectable()
export class RoutingHints {
  constructor(private readonly settings: GatewaySettingsStore) {}

  /** Notes the session and the fallbacks on the call. */
  read(headers: IncomingHttpHeaders, body: Readonly<Record<string, unknown>>, call: CallContext): void {
    call.session = this.sessionOf(headers, body);
    const fallbacks = headers['x-asbru-fallbacks'];
    if (typeof fallbacks === 'string') {
      call.fallbacks = fallbacks
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '');
    }
  }

  private sessionOf(headers: IncomingHttpHeaders, body: Readonly<Record<string, unknown>>): string | undefined {
    const { enabled, headers: names, promptCacheKey } = this.settings.current.routing.sessionAffinity;
    if (!enabled) return undefined;
    const stated = names.map((name) => headers[name]).find((value) => typeof value === 'string' && value !== '');
    const session = stated ?? (promptCacheKey ? body.prompt_cache_key : undefined);
    return typeof session === 'string' ? session.slice(0, MAX_SESSION) : undefined;
  }
}
