-- Removes connections of one user.
-- KEYS[1] the user's hash; KEYS[2] the user's list; ARGV: connection ids.
-- Returns the number of connections left.
redis.call('HDEL', KEYS[1], unpack(ARGV))
local ids = redis.call('HKEYS', KEYS[1])
if #ids == 0 then
  redis.call('DEL', KEYS[2])
else
  redis.call('SET', KEYS[2], table.concat(ids, ' '))
end
return #ids
