import { asbru } from './asbru.js';
import { bare } from './bare.js';
import { direct } from './direct.js';
import { nginx } from './nginx.js';
import type { Target } from './target.js';

/** Every target, in the order of the table. */
export const TARGETS: readonly Target[] = [
  direct,
  nginx,
  bare,
  asbru({ name: 'asbru-off', title: 'Asbru, everything off', keys: 0 }),
  asbru({ name: 'asbru-on', title: 'Asbru, everything on', keys: 10 }),
  asbru({ name: 'asbru-redis', title: 'Asbru, everything on, with Redis', keys: 10, redis: true }),
];
