-- Removes connections of one user.
-- KEYS[1] the user's hash; KEYS[2] the user's list; KEYS[3] when they were last seen; ARGV: for how many seconds that is
-- kept, how many seconds ago they left, then connection ids.
-- Returns the number of connections left.
local gone = redis.call('HDEL', KEYS[1], unpack(ARGV, 3))
local ids = redis.call('HKEYS', KEYS[1])
if #ids == 0 then
  redis.call('DEL', KEYS[2])
  if gone > 0 then
    redis.call('SET', KEYS[3], redis.call('TIME')[1] - ARGV[2], 'EX', ARGV[1])
  end
else
  redis.call('SET', KEYS[2], table.concat(ids, ' '))
end
return #ids
