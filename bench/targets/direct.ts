import { CHAT_PATH, MODEL, type Target } from './target.js';

/** Nothing in between: what load and upstream cost and can do by themselves. */
export const direct: Target = {
  name: 'direct',
  title: 'Direct',
  isWarmAtOnce: true,
  missing: () => undefined,
  start: ({ upstreamPort }) =>
    Promise.resolve({
      port: upstreamPort,
      pid: undefined,
      path: CHAT_PATH,
      model: MODEL,
      headers: {},
      keys: [],
      stop: () => Promise.resolve(),
    }),
};
