import type { Type } from '@nestjs/common';

/** Fields that are looked for in a DTO and are somewhere else, with the sentence that says where. */
export type Elsewhere = Readonly<Record<string, string>>;

const closed = new WeakMap<object, Elsewhere>();

/** Of a DTO: a field that it does not declare is refused, where others pass unknown fields on. */
export function Closed(elsewhere: Elsewhere = {}): ClassDecorator {
  return (target) => void closed.set(target, elsewhere);
}

/** Undefined for a DTO that passes unknown fields on. */
export function elsewhereOf(dto: Type<unknown>): Elsewhere | undefined {
  // A DTO that extends a closed one is closed too.
  for (let one: unknown = dto; typeof one === 'function'; one = Object.getPrototypeOf(one)) {
    const elsewhere = closed.get(one);
    if (elsewhere) return elsewhere;
  }
  return undefined;
}
