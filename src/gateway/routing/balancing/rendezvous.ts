/** FNV-1a over the UTF-16 units of a text. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/**
 * How much a session wants a target (weighted rendezvous hashing): the highest wins. When a target leaves or comes
 * back, only its own sessions move; weights must be the configured ones, because moving ones would move sessions.
 */
export function affinity(sessionHash: number, targetHash: number, weight: number): number {
  if (weight <= 0) return 0;
  // +0.5 keeps the draw off 0 and 1, where the logarithm has no use.
  const draw = (mix(sessionHash ^ mix(targetHash)) + 0.5) / 2 ** 32;
  return -weight / Math.log(draw);
}

/** The finaliser of MurmurHash3: near inputs give far outputs. */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
