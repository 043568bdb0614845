import { BlockList, isIP } from 'node:net';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { Clock } from '../../common/time/clock.port.js';
import { AppConfig } from '../../config/app.config.js';
import { matchesPattern } from '../../config/file/model-pattern.js';
import { KeyDirectory, type KeyHolder, type KeyLookup } from '../keys/key-directory.port.js';

/** Headers that hold nothing but a key of this gateway. */
const OWN_HEADERS: ReadonlySet<string> = new Set(['x-asbru-key', 'x-bf-vk']);
/** Headers in which SDKs send the key that they were given. */
const SDK_HEADERS = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key'];
const HEADERS = [...OWN_HEADERS, ...SDK_HEADERS];
const BEARER = /^Bearer +(.*)$/i;
/** A longer text is no key of anybody. */
const MAX_TOKEN = 512;

/** Tells whose key a request has. Everything is in memory: it costs no more with many keys than with few. */
@Injectable()
export class CallerAuthentication {
  private readonly networks = new WeakMap<KeyHolder, BlockList>();

  constructor(
    private readonly directory: KeyDirectory,
    private readonly config: AppConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * Notes on the request whose key it has. Without one it stays anonymous, where keys are not required.
   * @throws GatewayError 401 without a valid key, 503 while nobody can say, 403 from a place that the key is not for,
   *   400 without a header that the key requires
   */
  authenticate(request: FastifyRequest): void {
    if (request.caller) return;
    const now = this.clock.wallTime();
    let refusal: GatewayError | undefined;
    for (const name of HEADERS) {
      const token = tokenOf(request.headers[name], name);
      if (token === undefined) continue;
      const answer = this.directory.find(token, now);
      if (answer.found) return this.accept(request, answer.found, now);
      if (this.isMeantForUs(name, token)) refusal = moreUseful(refusal, answer);
    }
    if (refusal) throw refusal;
    if (this.config.requiresKeys) throw missing();
  }

  /** In mode `open` any text will do for a key; but one of this gateway's own form was meant to be one. */
  private isMeantForUs(name: string, token: string): boolean {
    return this.config.requiresKeys || OWN_HEADERS.has(name) || this.directory.isOwnForm(token);
  }

  private accept(request: FastifyRequest, holder: KeyHolder, now: number): void {
    if (!this.isFromNetwork(holder, request.clientAddress ?? '')) {
      throw new GatewayError('network_not_allowed', 'This API key may not be used from the address of this request.');
    }
    const wrong = Object.entries(holder.requiredHeaders).filter(
      ([name, pattern]) => !hasHeader(request, name, pattern),
    );
    if (wrong.length > 0) {
      const names = wrong.map(([name]) => `'${name}'`).join(', ');
      const message = `This API key requires the headers ${names}, and they are missing or have another value.`;
      throw new GatewayError('missing_required_headers', message, { param: wrong[0]?.[0] ?? null });
    }
    request.caller = holder;
    request.callerTokens = this.tokensOf(request, now);
  }

  /** Every virtual key of the request: the one that lets it in is not the only one that no upstream may see. */
  private tokensOf({ headers }: FastifyRequest, now: number): ReadonlySet<string> {
    const tokens = new Set<string>();
    for (const name of SDK_HEADERS) {
      const token = tokenOf(headers[name], name);
      if (token === undefined) continue;
      if (this.directory.isOwnForm(token) || this.directory.find(token, now).found) tokens.add(token);
    }
    return tokens;
  }

  private isFromNetwork(holder: KeyHolder, address: string): boolean {
    if (holder.networks.length === 0) return true;
    const family = isIP(address);
    if (family === 0) return false;
    let list = this.networks.get(holder);
    if (!list) {
      list = listOf(holder.networks);
      this.networks.set(holder, list);
    }
    return list.check(address, family === 6 ? 'ipv6' : 'ipv4');
  }
}

/** What can be said of several keys, none of which is one: not knowing comes before everything. */
function moreUseful(before: GatewayError | undefined, answer: Exclude<KeyLookup, { found: KeyHolder }>): GatewayError {
  if (answer.reason === 'unavailable') return unavailable();
  if (before?.code === 'keys_unavailable') return before;
  return answer.reason === 'expired' ? expired(answer.expiredAt) : (before ?? invalid());
}

function tokenOf(value: string | string[] | undefined, name: string): string | undefined {
  if (typeof value !== 'string') return undefined;
  const token = name === 'authorization' ? BEARER.exec(value)?.[1]?.trim() : value.trim();
  return token === undefined || token === '' || token.length > MAX_TOKEN ? undefined : token;
}

function hasHeader({ headers }: FastifyRequest, name: string, pattern: string): boolean {
  const value = headers[name];
  return typeof value === 'string' && value !== '' && matchesPattern(pattern, value);
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  }
  return list;
}

const CHALLENGE = { 'www-authenticate': 'Bearer', 'x-should-retry': 'false' };

/** The same for a key that never was, one that was revoked, and one that is switched off. */
const invalid = (): GatewayError =>
  new GatewayError('invalid_api_key', 'Incorrect API key provided. Ask the administrator of this gateway for one.', {
    headers: CHALLENGE,
  });

const missing = (): GatewayError =>
  new GatewayError(
    'invalid_api_key',
    "You didn't provide an API key. Send the virtual key that this gateway's administrator gave you, as 'Authorization: Bearer sk-asbru-…'.",
    { headers: CHALLENGE },
  );

const expired = (at: number): GatewayError =>
  new GatewayError('invalid_api_key', `This API key expired on ${new Date(at).toISOString()}.`, { headers: CHALLENGE });

const unavailable = (): GatewayError =>
  new GatewayError('keys_unavailable', 'API keys cannot be checked now. Please try again.', {
    headers: { 'retry-after': '1', 'x-should-retry': 'true' },
  });
