/** What a CPU profile of V8 says, as far as it is drawn: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

/** Who a function belongs to. */
type Owner = 'asbru' | 'node' | 'native' | (string & {});

interface Frame {
  readonly name: string;
  readonly owner: Owner;
  readonly children: Map<string, Frame>;
  micros: number;
}

const WIDTH = 1_200;
const ROW = 16;
const HEAD = 34;
/** Narrower frames are left out, in pixels. */
const LEAST = 1.5;
const LETTER = 6.3;
const FONT = 'font-family="system-ui, sans-serif"';
const COLOURS: Readonly<Record<string, string>> = { asbru: '#fdba74', node: '#cbd5e1', native: '#86efac' };
const PACKAGE = '#c4b5fd';

/**
 * Where the time went, callees above their callers, as wide as their share. What one package or Node does in a row is one
 * frame with its name: their insides are not this project's.
 * @param skipMicros of the beginning, in which the process started and its code was compiled
 */
export function flameGraph(profile: CpuProfile, title: string, skipMicros: number): string {
  const root = framesOf(profile, skipMicros);
  const boxes: string[] = [];
  const height = HEAD + ROW * (depthOf(root, WIDTH / root.micros) + 1);
  draw(root, { x: 0, row: 0 }, { perMicro: WIDTH / root.micros, height, total: root.micros }, boxes);
  const legend = 'orange: Asbru; violet: packages; grey: Node; green: native code and system calls';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="4" y="20" ${FONT} font-size="14" fill="#111">${escaped(title)} (${legend})</text>`,
    ...boxes,
    '</svg>\n',
  ].join('\n');
}

/** Whose code ran how much of the time that was not idle, the largest first. */
export function sharesByOwner(profile: CpuProfile, skipMicros: number): ReadonlyArray<readonly [Owner, number]> {
  const own = ownMicros(profile, skipMicros);
  const shares = new Map<Owner, number>();
  let total = 0;
  for (const { id, callFrame } of profile.nodes) {
    const micros = own.get(id) ?? 0;
    if (callFrame.functionName === '(idle)') continue;
    const owner = ownerOf(callFrame.functionName, callFrame.url);
    shares.set(owner, (shares.get(owner) ?? 0) + micros);
    total += micros;
  }
  return [...shares]
    .map(([owner, micros]) => [owner, micros / total] as const)
    .toSorted((one, other) => other[1] - one[1]);
}

function framesOf(profile: CpuProfile, skipMicros: number): Frame {
  const { nodes } = profile;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const own = ownMicros(profile, skipMicros);
  const root: Frame = { name: 'all', owner: 'node', children: new Map(), micros: 0 };
  const [first] = nodes;
  if (first) add(first, root, byId, own);
  return root;
}

/** Microseconds of each node without those that it calls. */
function ownMicros({ samples, timeDeltas }: CpuProfile, skipMicros: number): Map<number, number> {
  const own = new Map<number, number>();
  let at = 0;
  for (const [index, id] of samples.entries()) {
    const micros = timeDeltas[index] ?? 0;
    at += micros;
    if (at >= skipMicros) own.set(id, (own.get(id) ?? 0) + micros);
  }
  return own;
}

/** @returns microseconds of the node and all below it */
function add(
  node: ProfileNode,
  parent: Frame,
  byId: ReadonlyMap<number, ProfileNode>,
  own: ReadonlyMap<number, number>,
): number {
  if (node.callFrame.functionName === '(idle)') return 0;
  const frame = node.callFrame.functionName === '(root)' ? parent : frameIn(parent, node);
  let micros = own.get(node.id) ?? 0;
  for (const id of node.children ?? []) {
    const child = byId.get(id);
    if (child) micros += add(child, frame, byId, own);
  }
  // A frame that goes on what its parent does counts there.
  if (frame !== parent || parent.name === 'all') frame.micros += micros;
  return micros;
}

function frameIn(parent: Frame, { callFrame: { functionName, url } }: ProfileNode): Frame {
  const owner = ownerOf(functionName, url);
  const name =
    owner === 'asbru' ? `${functionName || 'anonymous'} (${fileOf(url)})` : owner === 'native' ? functionName : owner;
  if (owner !== 'asbru' && parent.owner === owner && parent.name === name) return parent;
  let frame = parent.children.get(name);
  if (!frame) parent.children.set(name, (frame = { name, owner, children: new Map(), micros: 0 }));
  return frame;
}

function ownerOf(name: string, url: string): Owner {
  const [, packageName] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (packageName !== undefined) return packageName;
  if (url.startsWith('node:')) return 'node';
  if (url.includes('/dist/')) return 'asbru';
  return name.startsWith('(') || url === '' ? 'native' : 'node';
}

const fileOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1).replace(/\.js$/, '');

function depthOf(frame: Frame, perMicro: number): number {
  const shown = [...frame.children.values()].filter(({ micros }) => micros * perMicro >= LEAST);
  return 1 + Math.max(0, ...shown.map((child) => depthOf(child, perMicro)));
}

function draw(
  frame: Frame,
  { x, row }: { x: number; row: number },
  scale: { readonly perMicro: number; readonly height: number; readonly total: number },
  boxes: string[],
): void {
  const width = frame.micros * scale.perMicro;
  const y = scale.height - ROW * (row + 1);
  const share = ((100 * frame.micros) / scale.total).toFixed(1);
  const letters = Math.floor((width - 4) / LETTER);
  const label = letters < 3 ? '' : frame.name.length > letters ? `${frame.name.slice(0, letters - 1)}…` : frame.name;
  const text = label && `<text x="${(x + 3).toFixed(1)}" y="${y + 12}" ${FONT} font-size="11">${escaped(label)}</text>`;
  boxes.push(
    `<g><title>${escaped(frame.name)}: ${share} %</title><rect x="${x.toFixed(1)}" y="${y}" width="${Math.max(0.5, width - 0.5).toFixed(1)}" height="${ROW - 1}" fill="${COLOURS[frame.owner] ?? PACKAGE}"/>${text}</g>`,
  );
  let left = x;
  for (const child of [...frame.children.values()].toSorted((one, other) => other.micros - one.micros)) {
    if (child.micros * scale.perMicro < LEAST) continue;
    draw(child, { x: left, row: row + 1 }, scale, boxes);
    left += child.micros * scale.perMicro;
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
