/** What a promise gives, or an error when it takes longer: no test waits for ever. */
export async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  const expiry = Promise.withResolvers<never>();
  const timer = setTimeout(() => expiry.reject(new Error(`Not within ${ms} ms: ${what}`)), ms);
  try {
    return await Promise.race([promise, expiry.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Looks until a condition holds, one turn of the event loop after the other. */
export async function until(ms: number, what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + ms;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`Not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
