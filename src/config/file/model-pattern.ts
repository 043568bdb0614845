/** Whether a model id fits a pattern, in which `*` stands for any characters. Linear in both, unlike a regular expression. */
export function matchesPattern(pattern: string, id: string): boolean {
  const parts = pattern.split('*');
  const [head = '', ...rest] = parts;
  const tail = rest.pop();
  if (tail === undefined) return pattern === id;
  if (id.length < head.length + tail.length || !id.startsWith(head) || !id.endsWith(tail)) return false;
  const end = id.length - tail.length;
  let from = head.length;
  for (const part of rest) {
    const found = id.indexOf(part, from);
    if (found === -1 || found + part.length > end) return false;
    from = found + part.length;
  }
  return true;
}

export function isPattern(text: string): boolean {
  return text.includes('*');
}

/** Orders patterns so that the first that matches is the most specific: exact ids, then the most literal characters. */
export function bySpecificity(a: string, b: string): number {
  return Number(isPattern(a)) - Number(isPattern(b)) || literals(b) - literals(a);
}

function literals(pattern: string): number {
  return pattern.replaceAll('*', '').length;
}
