/** Claude Code shows models of a gateway only when their ids say so (wire.md 4.8). */
const SHOWN = /claude|anthropic/i;
const USER_AGENT = /^claude-code\//;

/** Whether a list of models is for Claude Code's choice of models. */
export function isClaudeCode(userAgent: string | undefined): boolean {
  return userAgent !== undefined && USER_AGENT.test(userAgent);
}

/** A name for a `provider/id` route that Claude Code shows; undefined when it shows the route itself. */
export function claudeNameOf(route: string): string | undefined {
  return SHOWN.test(route) ? undefined : `claude-${route.replaceAll('/', '-')}`;
}
