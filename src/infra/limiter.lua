-- Takes tokens from a bucket, or puts one back.
-- KEYS[1] the bucket; ARGV[1] its size in tokens; ARGV[2] ms until one token is back;
-- ARGV[3] how many to take at most, or -1 to put one back.
-- Returns how many were taken, and the ms to wait for one more.
-- The bucket is one number: the time at which it will be full again (generic cell rate algorithm,
-- ITU-T I.371). It expires by itself at that time.
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local size, refill, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or ms), ms)
-- A thousandth of a token, against what division loses.
local there = math.floor(size - (full - ms) / refill + 0.001)
local taken = math.max(math.min(wanted, there), math.min(wanted, 0))
full = full + taken * refill
if taken ~= 0 then
  if full > ms then
    redis.call('SET', KEYS[1], full, 'PX', math.ceil(full - ms))
  else
    redis.call('DEL', KEYS[1])
  end
end
return { taken, math.max(0, math.ceil(full + refill - ms - size * refill)) }
