import { RedisScript } from '../../../persistence/redis-script.js';
import { COUNTER_LUA } from './counter-lua.js';

/** 1 when the node has the right to correct, which it keeps by asking again. ARGV: prefix, node, milliseconds. */
export const LEAD = new RedisScript(
  'lead',
  `
local key = ARGV[1] .. 'repair'
local leader = redis.call('GET', key)
if leader and leader ~= ARGV[2] then return 0 end
redis.call('SET', key, ARGV[2], 'PX', ARGV[3])
return 1
`,
);

/**
 * Corrects a counter, and answers by how much. One that nobody has begun is left alone: who begins it asks the ledger.
 *
 * ARGV: prefix, name, `raise` with the least of what is used and held, or `lower` with how much.
 */
export const REPAIR = new RedisScript(
  'repair',
  `${COUNTER_LUA}
sweep(20)
local c, amount = load(ARGV[2]), tonumber(ARGV[4])
if not c.s then return 0 end
if ARGV[3] == 'raise' then
  amount = amount - c.u - c.h
  if amount <= 0 then return 0 end
  count(c, amount)
elseif c.w == 0 then
  amount = math.min(amount, c.u)
  c.u = c.u - amount
else
  return 0
end
-- When it may go was said at admission.
if c.w > 0 then save(c, 0) else save(c) end
return amount
`,
);
