/**
 * What becomes of tools that are not functions (web search, custom grammars, MCP …), which a chat upstream
 * cannot run: `refuse` answers 400, `drop` leaves them out and names them among the unsent parameters.
 */
export type HostedToolPolicy = 'refuse' | 'drop';

/** Product tokens of the Codex family: `codex_cli_rs`, `codex_exec`, `codex_vscode`, `codex-tui`, `Codex Desktop` … */
const CODEX = /^codex[ _-]/i;

/**
 * The policy for a caller. Codex always offers such tools next to its functions and has no setting that
 * leaves them all out, so a refusal would lock it out; it works without them. Anyone else is told.
 */
export function hostedToolPolicy(headers: {
  readonly originator?: string | string[];
  readonly 'user-agent'?: string | string[];
}): HostedToolPolicy {
  const names = [headers.originator, headers['user-agent']];
  return names.some((name) => typeof name === 'string' && CODEX.test(name)) ? 'drop' : 'refuse';
}
