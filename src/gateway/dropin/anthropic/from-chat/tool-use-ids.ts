const FORBIDDEN = /[^a-zA-Z0-9_-]/g;

/**
 * Ids of an answer's calls as Anthropic takes them back: letters, digits, `_` and `-` (wire.md 4.7). Most upstreams' are
 * so already and stay; others (`functions.search:0`) lose what is not.
 */
export class ToolUseIds {
  private readonly used = new Set<string>();

  take(id: string): string {
    const plain = id.replace(FORBIDDEN, '_') || 'toolu';
    let chosen = plain;
    for (let n = 2; this.used.has(chosen); n++) chosen = `${plain}_${n}`;
    this.used.add(chosen);
    return chosen;
  }
}
