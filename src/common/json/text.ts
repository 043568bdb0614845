/** The value if it is a string, else the given text: a wire object has nothing to show as text. */
export function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
