-- Takes one token from a bucket.
-- KEYS[1] the bucket; ARGV[1] its size in tokens; ARGV[2] ms until one token is back.
-- Returns 0 when a token was taken, else the ms to wait for one.
-- The bucket is one number: the time at which it will be full again (generic cell rate algorithm,
-- ITU-T I.371). It expires by itself at that time.
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local size, refill = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or ms), ms)
local wait = full + refill - ms - size * refill
if wait > 0 then return math.ceil(wait) end
redis.call('SET', KEYS[1], full + refill, 'PX', math.max(1, math.ceil(full + refill - ms)))
return 0
