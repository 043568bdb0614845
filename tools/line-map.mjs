import { SourceMap } from 'node:module';

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * A source map with one place for each line instead of one for each expression. Node reads the whole map of a file when
 * the first stack trace names it: of a file of some megabytes that would take 30 MB, which stay.
 */
export function lineMap(text, code) {
  const { sources, ...map } = JSON.parse(text);
  const reader = new SourceMap({ ...map, sources });
  const indexes = new Map(sources.map((source, index) => [source, index]));
  let last = [0, 0];
  const lines = code.split('\n').map((line, number) => {
    const entry = reader.findEntry(number, Math.max(0, line.search(/\S/)));
    const index = indexes.get(entry.originalSource);
    // Without an own entry it is the one of a line before, which may be another file's.
    if (index === undefined || entry.generatedLine !== number) return '';
    const place = [index, entry.originalLine];
    const segment = `A${vlq(place[0] - last[0])}${vlq(place[1] - last[1])}A`;
    last = place;
    return segment;
  });
  return JSON.stringify({ version: 3, sources, names: [], mappings: lines.join(';') });
}

/** A number as source maps write it: five bits for each character, the sign in the lowest. */
function vlq(number) {
  let rest = number < 0 ? (-number << 1) | 1 : number << 1;
  let text = '';
  do {
    const digit = rest & 31;
    rest >>>= 5;
    text += BASE64[rest > 0 ? digit | 32 : digit];
  } while (rest > 0);
  return text;
}
