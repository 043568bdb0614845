import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../errors/gateway-error.js';
import { hopsOf } from './hops.js';
import { HostRule, isHost } from './host-rule.js';

/** How many gateways a request may have passed before this one; a request that goes round in a circle passes more. */
const MAX_HOPS = 3;
/**
 * What is wrong with a request's head before it is routed, though Node takes it: two readers of such a request could
 * understand two different ones.
 */
export class EdgeRules {
  private readonly hosts: HostRule;

  constructor(allowedHosts: readonly string[]) {
    this.hosts = new HostRule(allowedHosts);
  }

  /**
   * The refusal, if there is one. Headers whose name has an underscore are removed, because CGI and some proxies take
   * `x_a` for `x-a`: what a proxy in front has checked may not come in by the other name.
   * @param checksHost false where a load balancer asks for the process by its address
   */
  check(request: IncomingMessage, checksHost = true): GatewayError | undefined {
    const problem = readNames(request) > 1 ? badHost('The request has more than one Host header.') : undefined;
    return problem ?? this.checkHost(request.headers.host, checksHost) ?? checkExpect(request) ?? checkHops(request);
  }

  /** A request without Host is one of HTTP/1.0: Node refuses it in HTTP/1.1. */
  private checkHost(host: string | undefined, checksHost: boolean): GatewayError | undefined {
    if (host !== undefined && !isHost(host)) return badHost('The Host header is not the name of a host.');
    if (!checksHost || this.hosts.allows(host)) return undefined;
    return new GatewayError('misdirected_request', 'This gateway does not answer for the host of the request.');
  }
}

/** Walks over the names as they came, takes out those with an underscore, and counts the Host headers. */
function readNames({ rawHeaders, headers }: IncomingMessage): number {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
    else if (name.includes('_')) delete headers[name.toLowerCase()];
  }
  return hosts;
}

/** RFC 9110, section 10.1.1: 100-continue is the only expectation that is defined. */
function checkExpect({ headers: { expect } }: IncomingMessage): GatewayError | undefined {
  if (expect === undefined || expect.toLowerCase() === '100-continue') return undefined;
  return new GatewayError('expectation_failed', 'The only expectation that can be met is 100-continue.');
}

function checkHops({ headers }: IncomingMessage): GatewayError | undefined {
  if (hopsOf(headers) <= MAX_HOPS) return undefined;
  return new GatewayError('request_loop', 'The request has come through this gateway again and again.');
}

const badHost = (message: string): GatewayError => new GatewayError('invalid_request', message);
