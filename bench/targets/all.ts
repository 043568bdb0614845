import { asbru } from './asbru.js';
import { bare, bareJson } from './bare.js';
import { bifrost } from './bifrost.js';
import { direct } from './direct.js';
import { litellm } from './litellm.js';
import { nginx } from './nginx.js';
import { portkey } from './portkey.js';
import type { Target } from './target.js';

/** Every target, in the order of the table. */
export const TARGETS: readonly Target[] = [
  direct,
  nginx,
  bare,
  bareJson,
  asbru({ name: 'asbru-off', title: 'Asbru, everything off', keys: 0 }),
  asbru({ name: 'asbru-on', title: 'Asbru, everything on', keys: 10 }),
  asbru({ name: 'asbru-redis', title: 'Asbru, everything on, with Redis', keys: 10, redis: true }),
  portkey,
  litellm,
  bifrost,
];

/** The numbers of keys that must not make a difference. */
export const KEY_TARGETS: readonly Target[] = [10, 1_000, 100_000].map((keys) =>
  asbru({ name: `asbru-keys-${keys}`, title: `Asbru, everything on, ${keys.toLocaleString('en')} keys`, keys }),
);
