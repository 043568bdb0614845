/** A place in the file's content as a JSON pointer (RFC 6901), which is what ajv reports. */
export type Pointer = string;

/** The pointer of a field or list entry below `parent`. */
export function below(parent: Pointer, key: string | number): Pointer {
  return `${parent}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

export function parentOf(pointer: Pointer): Pointer {
  return pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')));
}

/** The pointer as people write paths: `routes.fast.targets[0]`, `models.aliases["gpt-4o*"]`. */
export function pathText(pointer: Pointer): string {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((key, index) => segmentText(key, index === 0))
    .join('');
}

function segmentText(key: string, first: boolean): string {
  if (/^\d+$/.test(key)) return `[${key}]`;
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `[${JSON.stringify(key)}]`;
  return first ? key : `.${key}`;
}
