/** A name or an IPv4 address, or an IPv6 address in brackets, and perhaps a port: RFC 9110, section 7.2. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;
const ALLOWED = /^(?:(?:\*\.)?[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;
const PORT = /:\d+$/;

/** Whether text can stand in a list of allowed hosts: `example.com`, `*.example.com`, `10.0.0.1:8080`, `[::1]`. */
export function isAllowedHost(text: string): boolean {
  return ALLOWED.test(text);
}

/** Whether the value of a Host header names a host and nothing else. */
export function isHost(value: string): boolean {
  return HOST.test(value);
}

/** The hosts that this gateway answers as; all when the list is empty. An entry without a port stands for every port. */
export class HostRule {
  private readonly exact: ReadonlySet<string>;
  /** With their leading dot, as in `.example.com`. */
  private readonly suffixes: readonly string[];

  constructor(allowed: readonly string[]) {
    const lower = allowed.map((entry) => entry.toLowerCase());
    this.exact = new Set(lower.filter((entry) => !entry.startsWith('*')));
    this.suffixes = lower.filter((entry) => entry.startsWith('*')).map((entry) => entry.slice(1));
  }

  allows(host: string | undefined): boolean {
    if (this.exact.size === 0 && this.suffixes.length === 0) return true;
    if (host === undefined) return false;
    const full = host.toLowerCase();
    const name = full.replace(PORT, '');
    if (this.exact.has(full) || this.exact.has(name)) return true;
    return this.suffixes.some((suffix) => isBelow(PORT.test(suffix) ? full : name, suffix));
  }
}

/** Whether the name has the suffix and something before it: `*.example.com` is not `example.com`. */
function isBelow(name: string, suffix: string): boolean {
  return name.length > suffix.length && name.endsWith(suffix);
}
