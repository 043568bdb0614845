import { registerHooks } from 'node:module';

const SOURCES = '../../src/';
const BUILT = new URL('../../dist/', import.meta.url);

/** What the micro-benchmarks import from `src/` comes from `dist/`: the code that runs, with the rules of its DTOs. */
registerHooks({
  resolve(specifier, context, next) {
    const isSource = specifier.startsWith(SOURCES) && context.parentURL?.includes('/bench/micro/');
    return next(isSource ? new URL(specifier.slice(SOURCES.length), BUILT).href : specifier, context);
  },
});
