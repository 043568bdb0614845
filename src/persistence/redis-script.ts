import { hash } from 'node:crypto';

/** A Lua script, which Redis knows by its digest. */
export class RedisScript {
  readonly sha: string;

  constructor(
    readonly name: string,
    readonly lua: string,
  ) {
    this.sha = hash('sha1', lua);
  }
}
