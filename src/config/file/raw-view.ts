import { isRecord } from '../../common/json/is-record.js';
import { below, type Pointer } from './json-pointer.js';

/** A value of the content and its place. The content may be wrong in other places, so nothing is taken for granted. */
export class RawView {
  constructor(
    readonly value: unknown,
    readonly pointer: Pointer = '',
  ) {}

  get(key: string): RawView {
    const value = isRecord(this.value) && Object.hasOwn(this.value, key) ? this.value[key] : undefined;
    return new RawView(value, below(this.pointer, key));
  }

  /** The fields of a mapping; none if it is not one. */
  entries(): (readonly [string, RawView])[] {
    if (!isRecord(this.value)) return [];
    return Object.keys(this.value).map((key) => [key, this.get(key)] as const);
  }

  /** The entries of a list; none if it is not one. */
  items(): RawView[] {
    if (!Array.isArray(this.value)) return [];
    return this.value.map((item: unknown, index) => new RawView(item, below(this.pointer, index)));
  }

  get text(): string | undefined {
    return typeof this.value === 'string' ? this.value : undefined;
  }

  get number(): number | undefined {
    return typeof this.value === 'number' ? this.value : undefined;
  }
}
