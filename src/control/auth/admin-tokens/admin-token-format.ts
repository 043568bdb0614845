import { randomBase58 } from '../../../common/random/base58.js';

const MARK = 'asbru-admin-';
const PREFIX_LENGTH = 8;
/** 40 characters of base58 are 234 bits. */
const SECRET_LENGTH = 40;

/** A new token: whole, for whom it is made, and its beginning, for lists and logs. */
export interface NewToken {
  readonly token: string;
  readonly prefix: string;
}

export function newAdminToken(): NewToken {
  const prefix = `${MARK}${randomBase58(PREFIX_LENGTH)}`;
  return { token: `${prefix}${randomBase58(SECRET_LENGTH)}`, prefix };
}
