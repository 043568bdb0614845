import { type Figure, medianOf, type Results } from './results.js';

interface Panel {
  readonly title: string;
  readonly case: string;
  readonly figure: Figure;
  readonly unit: string;
}

const PANELS: readonly Panel[] = [
  {
    title: 'CPU for each chat request, one processor (less is better)',
    case: 'chat',
    figure: ({ cpuMicrosPerRequest }) => cpuMicrosPerRequest || undefined,
    unit: 'µs',
  },
  {
    title: 'Chunks a second of unpaced streams, one processor (more is better)',
    case: 'stream',
    figure: ({ chunksPerSecond }) => chunksPerSecond,
    unit: '',
  },
  {
    title: 'Chat requests a second, all processors (more is better)',
    case: 'chat-all-cores',
    figure: ({ requestsPerSecond }) => requestsPerSecond,
    unit: '',
  },
];

const WIDTH = 820;
const LABELS = 240;
const VALUES = 100;
const BAR = 18;
const ROW = 24;
const HEAD = 40;
const FONT = 'font-family="system-ui, sans-serif"';

/** Bars on a logarithmic scale: one panel for each figure, one bar for each target. */
export function plot(results: Results): string {
  const panels = PANELS.map((panel) => ({ panel, bars: barsOf(results, panel) })).filter(({ bars }) => bars.length > 0);
  let top = 0;
  const parts = panels.map(({ panel, bars }) => {
    const part = panelAt(top, panel, bars);
    top += HEAD + bars.length * ROW + 12;
    return part;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" width="${WIDTH}" height="${top}" role="img">`,
    `<rect width="${WIDTH}" height="${top}" fill="#ffffff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

interface Bar {
  readonly title: string;
  readonly value: number;
  readonly isOurs: boolean;
}

function barsOf(results: Results, { case: id, figure }: Panel): Bar[] {
  return results.targets.flatMap(({ name, title }) => {
    const value = name === 'direct' ? undefined : medianOf(results, id, name, figure);
    return value === undefined ? [] : [{ title, value, isOurs: name.startsWith('asbru') }];
  });
}

function panelAt(top: number, { title, unit }: Panel, bars: readonly Bar[]): string {
  const values = bars.map(({ value }) => value);
  // The shortest bar keeps some length: a logarithmic scale has no zero.
  const low = Math.min(...values) / 2;
  const scale = (WIDTH - LABELS - VALUES) / Math.log(Math.max(...values) / low);
  const rows = bars.map(({ title: name, value, isOurs }, index) => {
    const y = top + HEAD + index * ROW;
    const width = Math.log(value / low) * scale;
    const text = `${value.toLocaleString('en', { maximumFractionDigits: 0 })} ${unit}`.trim();
    return [
      `<text x="${LABELS - 8}" y="${y + 13}" ${FONT} font-size="13" text-anchor="end" fill="#222">${escaped(name)}</text>`,
      `<rect x="${LABELS}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" fill="${isOurs ? '#c2410c' : '#94a3b8'}"/>`,
      `<text x="${(LABELS + width + 6).toFixed(1)}" y="${y + 13}" ${FONT} font-size="13" fill="#222">${text}</text>`,
    ].join('\n');
  });
  const heading = `<text x="8" y="${top + 24}" ${FONT} font-size="15" font-weight="600" fill="#111">${escaped(title)}; logarithmic</text>`;
  return [heading, ...rows].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
