/** A list of the document as it was parsed, and where its elements begin and end in the bytes, in turn. */
interface SourceList {
  readonly elements: readonly unknown[];
  readonly places: readonly number[];
}

/**
 * The bytes that a JSON document was parsed from, for writing another one that has most of its lists' elements: messages
 * and tools. Those that are still the objects which were parsed are copied as they came, a whole run of them at once;
 * that takes a tenth of the time of writing them anew. So nobody may change such an object in its place.
 */
export class BodySource {
  private readonly lists = new Map<string, SourceList>();

  /**
   * @param bytes UTF-8
   * @param text what the bytes say
   * @param document what the text was parsed to
   * @param places of each list by its name: where its objects begin and end in the text
   */
  constructor(
    private readonly bytes: Buffer,
    text: string,
    document: Readonly<Record<string, unknown>>,
    places: ReadonlyMap<string, readonly number[]>,
  ) {
    const inBytes = bytes.length === text.length ? (found: readonly number[]) => found : byteCounter(text);
    for (const [name, found] of places) {
      const elements = document[name];
      // Strings and numbers between them have no place. A copy, because the list itself may be changed.
      if (Array.isArray(elements) && elements.length * 2 === found.length) {
        this.lists.set(name, { elements: [...elements], places: inBytes(found) });
      }
    }
  }

  /** A document as UTF-8, as `JSON.stringify` writes it but for the white space and the escapes of what is copied. */
  write(document: Readonly<Record<string, unknown>>): Buffer {
    const out = new Output(this.bytes);
    let separator = '{';
    for (const [name, value] of Object.entries(document)) {
      const list = this.lists.get(name);
      const text = list && Array.isArray(value) ? '' : JSON.stringify(value);
      if (text === undefined) continue;
      out.text(`${separator}${JSON.stringify(name)}:${text}`);
      if (list && Array.isArray(value)) writeList(value, list, out);
      separator = ',';
    }
    out.text(separator === '{' ? '{}' : '}');
    return out.end();
  }
}

/** Text and copied bytes, in turn. */
class Output {
  private readonly parts: Buffer[] = [];
  private pending = '';

  constructor(private readonly source: Buffer) {}

  text(text: string): void {
    this.pending += text;
  }

  copy(from: number, to: number): void {
    this.flush();
    this.parts.push(this.source.subarray(from, to));
  }

  end(): Buffer {
    this.flush();
    return Buffer.concat(this.parts);
  }

  private flush(): void {
    if (this.pending !== '') this.parts.push(Buffer.from(this.pending));
    this.pending = '';
  }
}

function writeList(items: readonly unknown[], { elements, places }: SourceList, out: Output): void {
  let indexes: Map<unknown, number> | undefined;
  /** Most are where they were. */
  const placeOf = (index: number): number | undefined => {
    const item = items[index];
    if (elements[index] === item) return index;
    indexes ??= new Map(elements.map((element, place) => [element, place]));
    return indexes.get(item);
  };
  out.text('[');
  for (let index = 0; index < items.length; index++) {
    if (index > 0) out.text(',');
    const first = placeOf(index);
    if (first === undefined) {
      out.text(JSON.stringify(items[index]) ?? 'null');
      continue;
    }
    let last = first;
    while (index + 1 < items.length && last + 1 < elements.length && items[index + 1] === elements[last + 1]) {
      index++;
      last++;
    }
    out.copy(places[first * 2] ?? 0, places[last * 2 + 1] ?? 0);
  }
  out.text(']');
}

/** Turns places in a text into places in its UTF-8; they must come in their order. */
function byteCounter(text: string): (places: readonly number[]) => number[] {
  let at = 0;
  let bytes = 0;
  return (places) =>
    places.map((place) => {
      bytes += Buffer.byteLength(text.slice(at, place));
      at = place;
      return bytes;
    });
}
