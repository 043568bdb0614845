/** The registered routes, to tell a wrong method (405) from an unknown path (404). */
export class RouteTable {
  private readonly routes: Array<{ pattern: RegExp; methods: Set<string> }> = [];
  private readonly byUrl = new Map<string, Set<string>>();

  /** Takes a route as Fastify's `onRoute` hook gives it: `:name` and `*` stand for any text. */
  add(url: string, methods: string | readonly string[]): void {
    let known = this.byUrl.get(url);
    if (!known) {
      known = new Set();
      this.byUrl.set(url, known);
      this.routes.push({ pattern: toPattern(url), methods: known });
    }
    for (const method of Array.isArray(methods) ? methods : [methods]) known.add(String(method));
  }

  /** The methods that the path answers to; empty when no route has it. */
  methodsOf(path: string): string[] {
    const methods = new Set<string>();
    for (const route of this.routes) {
      if (route.pattern.test(path)) for (const method of route.methods) methods.add(method);
    }
    return [...methods].toSorted();
  }
}

function toPattern(url: string): RegExp {
  const source = url
    .replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replace(/:\w+/g, '[^/]+')
    .replace(/\*/g, '.*');
  return new RegExp(`^${source}/?$`);
}
