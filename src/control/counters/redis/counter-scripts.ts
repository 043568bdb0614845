import { RedisScript } from '../../../persistence/redis-script.js';
import { COUNTER_LUA } from './counter-lua.js';

/** Part of each key: nodes of another version count in keys of their own. */
export const VERSION = 'v1';

/** First number of an answer. */
export const ANSWER = { refused: 0, admitted: 1, unseeded: 2, epoch: 3, grace: 4, settled: 5, fresh: 6 } as const;

/**
 * Holds amounts: for a new lease (`admit`), more for an open one (`extend`), or for one that the counters have lost
 * (`announce`, which checks no limit).
 *
 * ARGV: prefix, mode, id, digest of the id, milliseconds of a lease, the epoch that the node knows, one for when there is
 * none, milliseconds of grace, 1 when the data is new (0 when not; empty: not known), 1 when the lease is refused in a grace, number of claims; for
 * each claim its name, limit, amount, 1 when soft, expiresAt, 1 when it can be seeded, number of seed pairs (-1: not
 * given), and the pairs.
 */
export const HOLD = new RedisScript(
  'hold',
  `${COUNTER_LUA}
local mode, id, digest, leaseMs = ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local raw = redis.call('GET', prefix .. 'epoch')
if not raw then
  if ARGV[6] == '' and ARGV[9] == '' and mode ~= 'announce' then return { ${ANSWER.fresh}, '' } end
  local grace = 0
  if ARGV[6] ~= '' or ARGV[9] == '1' or mode == 'announce' then grace = now + tonumber(ARGV[8]) end
  raw = ARGV[7] .. '|' .. fmt(grace)
  redis.call('SET', prefix .. 'epoch', raw)
end
local epoch, grace = string.match(raw, '^(.-)|(%d+)$')
if ARGV[6] ~= '' and ARGV[6] ~= epoch and mode ~= 'announce' then return { ${ANSWER.epoch}, epoch } end
grace = tonumber(grace)
if mode ~= 'announce' and ARGV[10] == '1' and now < grace then return { ${ANSWER.grace}, epoch, grace - now } end
sweep(20)

local counters, claims, missing, at = {}, {}, {}, 12
for i = 1, tonumber(ARGV[11]) do
  local claim = { limit = tonumber(ARGV[at + 1]), amount = tonumber(ARGV[at + 2]), expiresAt = tonumber(ARGV[at + 4]) }
  local c, pairs = load(ARGV[at]), tonumber(ARGV[at + 6])
  claim.name, claim.soft = ARGV[at], ARGV[at + 3] == '1'
  if not c.s then
    if ARGV[at + 5] == '1' and pairs < 0 then
      missing[#missing + 1] = i - 1
    else
      c.s = '1'
      if pairs >= 0 then
        seed(c, at + 7, pairs)
        save(c, claim.expiresAt)
      end
    end
  end
  counters[i], claims[i] = c, claim
  at = at + 7 + 2 * math.max(0, pairs)
end
if #missing > 0 then return { ${ANSWER.unseeded}, epoch, unpack(missing) } end

local function answer(...)
  local reply = { ... }
  for _, c in ipairs(counters) do stand(reply, c) end
  return reply
end

local packed = redis.call('HGET', leases, id)
if packed and mode ~= 'extend' then return answer(${ANSWER.admitted}, epoch) end
if not packed and isDone(digest, mode == 'announce' and 4 or 1) then return { ${ANSWER.settled}, epoch } end
if mode == 'announce' and revive(id, leaseMs) then return { ${ANSWER.admitted}, epoch } end

if mode ~= 'announce' then
  for i, claim in ipairs(claims) do
    local c = counters[i]
    local checked = not claim.soft and (mode == 'admit' or claim.amount > 0)
    if checked and level(c) + claim.amount > claim.limit then
      return answer(${ANSWER.refused}, epoch, i - 1, fitsIn(c, claim.amount, claim.limit))
    end
  end
end

local lease = packed and cmsgpack.unpack(packed)
if not lease and mode == 'extend' then
  lease = revive(id, leaseMs)
  if lease then
    for i, claim in ipairs(claims) do counters[i] = load(claim.name) end
  end
end
lease = lease or {}
for i, claim in ipairs(claims) do
  if mode ~= 'extend' or claim.amount > 0 then
    local n = #lease
    lease[n + 1], lease[n + 2], lease[n + 3] = claim.name, hold(counters[i], claim.amount), claim.amount
    counters[i].s = '1'
    save(counters[i], claim.expiresAt)
  end
end
keep(id, lease, leaseMs)
return answer(${ANSWER.admitted}, epoch)
`,
);

/**
 * Ends a lease; 0 when it was ended before.
 *
 * ARGV: prefix, id, digest of the id, and for each claim its name and what was used.
 */
export const SETTLE = new RedisScript(
  'settle',
  `${COUNTER_LUA}
sweep(20)
local id, digest = ARGV[2], ARGV[3]
local late = false
local raw = redis.call('HGET', leases, id)
if raw then
  redis.call('HDEL', leases, id)
  redis.call('ZREM', deadlines, id)
else
  late = true
  raw = redis.call('GET', lateKey(id))
  if raw then redis.call('DEL', lateKey(id))
  elseif isDone(digest, 4) then return 0 end
end
redis.call('SADD', doneKey(0), digest)
redis.call('PEXPIRE', doneKey(0), 129600000)

local order, actual, holdings = {}, {}, {}
local function known(name)
  if holdings[name] then return end
  order[#order + 1] = name
  holdings[name] = {}
end
for i = 4, #ARGV, 2 do
  known(ARGV[i])
  actual[ARGV[i]] = tonumber(ARGV[i + 1])
end
local lease = raw and cmsgpack.unpack(raw) or {}
for i = 1, #lease, 3 do
  known(lease[i])
  table.insert(holdings[lease[i]], { lease[i + 1], lease[i + 2] })
end
for _, name in ipairs(order) do
  local c, rest = load(name), actual[name] or 0
  for _, holding in ipairs(holdings[name]) do
    local bucket, amount = holding[1], holding[2]
    if not late then release(c, amount) end
    if c.kind == 'r' or (late and c.kind == 'b') then
      local kept = math.min(rest, amount)
      uncount(c, bucket, amount - kept)
      rest = rest - kept
      if c.kind == 'b' then c.o = math.max(0, c.o - amount) end
    end
  end
  if rest > 0 then count(c, rest) end
  -- When a counter that does not slide may go was said at admission; here nobody may know it.
  if c.s and (c.w > 0 or c.kind == 'c') then save(c, 0) else save(c) end
end
return 1
`,
);

/** Puts the ends of leases off; answers with those that are not known. ARGV: prefix, milliseconds, pairs of id and digest. */
export const RENEW = new RedisScript(
  'renew',
  `${COUNTER_LUA}
local leaseMs, unknown = tonumber(ARGV[2]), {}
for i = 3, #ARGV, 2 do
  local id = ARGV[i]
  if redis.call('HEXISTS', leases, id) == 1 then redis.call('ZADD', deadlines, now + leaseMs, id)
  elseif not revive(id, leaseMs) and not isDone(ARGV[i + 1], 4) then unknown[#unknown + 1] = id end
end
return unknown
`,
);

/** Where counters stand: for each 1 when it is there, used, held, reset, orphaned. ARGV: prefix, names. */
export const READ = new RedisScript(
  'read',
  `${COUNTER_LUA}
sweep(20)
local reply = {}
for i = 2, #ARGV do
  local c = load(ARGV[i])
  reply[#reply + 1] = c.s and 1 or 0
  stand(reply, c)
  reply[#reply + 1] = c.o
end
return reply
`,
);

/**
 * A node is alive: the epoch of the data, its age in milliseconds, and how many nodes there are.
 *
 * KEYS: epoch, nodes. ARGV: name of the node, an epoch for when there is none, milliseconds after which a node is gone.
 */
export const HEARTBEAT = new RedisScript(
  'heartbeat',
  `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local raw = redis.call('GET', KEYS[1])
if not raw then
  raw = ARGV[2] .. '|' .. string.format('%.0f', now)
  redis.call('SET', KEYS[1], raw)
end
redis.call('ZADD', KEYS[2], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - tonumber(ARGV[3]))
redis.call('PEXPIRE', KEYS[2], 60000)
local epoch, since = string.match(raw, '^(.-)|(%d+)$')
return { epoch, now - tonumber(since), redis.call('ZCARD', KEYS[2]) }
`,
);
