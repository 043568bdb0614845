/** Routes that tell operators and load balancers about the process: never shed, and not counted as work. */
const ESSENTIAL = /^\/(health(\/|$)|metrics$)/;

/** Whether the route, as its pattern, must be answered even when the process has too much to do. */
export function isEssential(route: string | undefined): boolean {
  return route !== undefined && ESSENTIAL.test(route);
}
