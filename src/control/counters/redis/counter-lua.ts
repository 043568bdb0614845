/**
 * What the scripts share: CounterScope in Lua. Lua's numbers are doubles, exact up to 2^53, and are written with %.0f,
 * never as -0 or 1e+15. Times are the server's. Keys of a scope have its name as their hash tag, so that a cluster keeps
 * them together, and a version, so that nodes with another version do not count in them.
 *
 * A counter is a hash: h held, u used, o orphaned, s that it was seeded, f and n the oldest and the newest bucket, and
 * each bucket by its number; of a rate also l<bucket>, the last moment that is counted in it, and t, the last of all. A
 * bucket is out when that moment is: nobody waits for longer than the window. A lease is a packed list of name, bucket, amount, name, bucket …
 */
export const COUNTER_LUA = `
local prefix = ARGV[1]
local MOST, DAY = 9007199254740991, 86400000
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local leases, deadlines = prefix .. 'leases', prefix .. 'deadlines'

local function fmt(x)
  if x <= 0 then return '0' end
  if x > MOST then x = MOST end
  return string.format('%.0f', x)
end

-- latest: the last moment of the first bucket that is not out as a whole
local function slide(c, latest)
  if not c.f then return end
  local last = math.floor((now - c.w) / c.b) - 1
  if latest and latest + c.w <= now then last = last + 1 end
  if c.f > last then return end
  local out, moments = {}, {}
  for i = c.f, math.min(last, c.n) do
    out[#out + 1] = fmt(i)
    moments[#moments + 1] = 'l' .. fmt(i)
  end
  for _, amount in ipairs(redis.call('HMGET', c.key, unpack(out))) do c.u = c.u - (tonumber(amount or 0) or 0) end
  redis.call('HDEL', c.key, unpack(out))
  if c.kind == 'r' then redis.call('HDEL', c.key, unpack(moments)) end
  c.f = last + 1
  if c.f > c.n then
    c.f, c.n, c.t, c.u = nil, nil, nil, 0
    redis.call('HDEL', c.key, 'f', 'n', 't')
    redis.call('HSET', c.key, 'u', '0')
  else
    if c.u < 0 then c.u = 0 end
    redis.call('HSET', c.key, 'u', fmt(c.u), 'f', fmt(c.f))
  end
end

local function load(name)
  local c = { key = prefix .. 'c:' .. name, kind = string.sub(name, 1, 1), w = tonumber(string.match(name, '^%a(%d+):')) }
  if c.w > 0 then c.b = math.ceil(c.w / 128) end
  local oldest = c.kind == 'r' and 'l' .. fmt(math.floor((now - c.w) / c.b)) or 'l'
  local v = redis.call('HMGET', c.key, 'h', 'u', 'o', 's', 'f', 'n', 't', oldest)
  c.h, c.u, c.o, c.s = tonumber(v[1] or 0), tonumber(v[2] or 0), tonumber(v[3] or 0), v[4]
  c.f, c.n, c.t = tonumber(v[5] or ''), tonumber(v[6] or ''), tonumber(v[7] or '')
  if c.w > 0 then slide(c, tonumber(v[8] or '')) end
  return c
end

-- expiresAt: nil when nobody says; 0 for never
local function save(c, expiresAt)
  local v = { 'h', fmt(c.h), 'u', fmt(c.u), 'o', fmt(c.o) }
  if c.s then v[7], v[8] = 's', '1' end
  if c.f then
    local n = #v
    v[n + 1], v[n + 2], v[n + 3], v[n + 4] = 'f', fmt(c.f), 'n', fmt(c.n)
  end
  redis.call('HSET', c.key, unpack(v))
  if expiresAt == nil then
    if not c.s then redis.call('PEXPIRE', c.key, fmt(2 * c.w + DAY + 3600000)) end
  elseif c.kind == 'c' or c.w > 0 then
    redis.call('PEXPIRE', c.key, fmt(2 * c.w + (c.kind == 'r' and 180000 or DAY + 3600000)))
  elseif expiresAt > 0 then
    redis.call('PEXPIREAT', c.key, fmt(math.max(expiresAt, now) + DAY + 3600000))
  else
    redis.call('PERSIST', c.key)
  end
end

local function put(c, bucket, amount)
  local there = tonumber(redis.call('HGET', c.key, fmt(bucket)) or 0) or 0
  redis.call('HSET', c.key, fmt(bucket), fmt(there + amount))
  if c.kind == 'r' then
    c.t = math.max(c.t or 0, now)
    redis.call('HSET', c.key, 'l' .. fmt(bucket), fmt(c.t), 't', fmt(c.t))
  end
  c.u = c.u + amount
  c.f = math.min(c.f or bucket, bucket)
  c.n = math.max(c.n or bucket, bucket)
end

local function count(c, amount)
  if c.kind == 'c' then return 0 end
  if c.w == 0 then
    c.u = c.u + amount
    return 0
  end
  local bucket = math.max(c.n or 0, math.floor(now / c.b))
  put(c, bucket, amount)
  return bucket
end

local function uncount(c, bucket, amount)
  if c.w == 0 then
    c.u = math.max(0, c.u - amount)
    return
  end
  if not c.f or bucket < c.f then return end
  local there = tonumber(redis.call('HGET', c.key, fmt(bucket)) or 0) or 0
  local taken = math.min(there, amount)
  if taken > 0 then
    redis.call('HSET', c.key, fmt(bucket), fmt(there - taken))
    c.u = c.u - taken
  end
end

local function hold(c, amount)
  c.h = c.h + amount
  if c.kind == 'r' then return count(c, amount) end
  return 0
end

local function release(c, amount) c.h = math.max(0, c.h - amount) end

-- pairs of a bucket (or anything) and an amount
local function seed(c, at, n)
  local oldest, newest = 0, 0
  if c.w > 0 then oldest, newest = math.floor((now - c.w) / c.b), math.floor(now / c.b) end
  for i = at, at + 2 * n - 1, 2 do
    local bucket, amount = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
    if c.w == 0 then c.u = c.u + amount
    elseif bucket >= oldest and amount > 0 then put(c, math.min(bucket, newest), amount) end
  end
end

local function level(c)
  if c.kind == 'r' then return c.u end
  return c.u + c.h
end

local function fitsIn(c, amount, limit)
  if amount > limit or not c.f then return -1 end
  local need, freed, at = level(c) + amount - limit, 0, {}
  for i = c.f, c.n do at[#at + 1] = fmt(i) end
  for i, v in ipairs(redis.call('HMGET', c.key, unpack(at))) do
    freed = freed + (tonumber(v or 0) or 0)
    if freed >= need then
      local latest = c.kind == 'r' and redis.call('HGET', c.key, 'l' .. at[i]) or nil
      return (tonumber(latest or '') or (c.f + i) * c.b) + c.w - now
    end
  end
  return -1
end

local function stand(reply, c)
  local held, used = c.h, c.u
  if c.kind == 'r' then
    held = math.min(held, used)
    used = used - held
  end
  local reset = 0
  if c.n and c.u > 0 then reset = (c.t or (c.n + 1) * c.b) + c.w - now end
  local n = #reply
  reply[n + 1], reply[n + 2], reply[n + 3] = used, held, reset
end

local function doneKey(back) return prefix .. 'done:' .. fmt(math.floor(now / 21600000) - back) end

local function isDone(digest, back)
  for i = 0, back do
    if redis.call('SISMEMBER', doneKey(i), digest) == 1 then return true end
  end
  return false
end

local function lateKey(id) return prefix .. 'late:' .. id end

local function sweep(most)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', deadlines, '-inf', now, 'LIMIT', 0, most)) do
    local raw = redis.call('HGET', leases, id)
    redis.call('ZREM', deadlines, id)
    if raw then
      redis.call('HDEL', leases, id)
      local lease = cmsgpack.unpack(raw)
      for i = 1, #lease, 3 do
        local c, amount = load(lease[i]), lease[i + 2]
        release(c, amount)
        if c.kind == 'b' then
          lease[i + 1] = count(c, amount)
          c.o = c.o + amount
        end
        save(c)
      end
      redis.call('SET', lateKey(id), cmsgpack.pack(lease), 'PX', DAY)
    end
  end
end

local function keep(id, lease, leaseMs)
  redis.call('HSET', leases, id, cmsgpack.pack(lease))
  redis.call('ZADD', deadlines, now + leaseMs, id)
end

-- An expired lease whose node is there after all: what it was charged is held again.
local function revive(id, leaseMs)
  local raw = redis.call('GET', lateKey(id))
  if not raw then return nil end
  redis.call('DEL', lateKey(id))
  local lease = cmsgpack.unpack(raw)
  for i = 1, #lease, 3 do
    local c, amount = load(lease[i]), lease[i + 2]
    c.h = c.h + amount
    if c.kind == 'b' then
      uncount(c, lease[i + 1], amount)
      c.o = math.max(0, c.o - amount)
    end
    save(c)
  end
  keep(id, lease, leaseMs)
  return lease
end
`;
