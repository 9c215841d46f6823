-- Adds connections of one user.
-- KEYS[1] the user's hash; KEYS[2] the user's list; ARGV: connection id, value, and so on.
-- Returns all of the user's connections as id, value, and so on. The list is the hash's fields, separated by spaces: what a
-- delivery needs of two hundred people comes with one MGET.
for i = 1, #ARGV, 2 do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
end
local all = redis.call('HGETALL', KEYS[1])
local ids = {}
for i = 1, #all, 2 do
  ids[#ids + 1] = all[i]
end
redis.call('SET', KEYS[2], table.concat(ids, ' '))
return all
