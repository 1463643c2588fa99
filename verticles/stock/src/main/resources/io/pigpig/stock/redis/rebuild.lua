-- Replaces the whole gate, unless it already belongs to this epoch or a later one.
--
-- KEYS[1] hash, KEYS[2] epoch; ARGV[1] the new epoch, then (sku, available) each.
-- Answers 1 when the gate was replaced, else 0. The epoch is written last.
local current = redis.call('GET', KEYS[2])
if current and redis.call('EXISTS', KEYS[1]) == 1 and tonumber(current) >= tonumber(ARGV[1]) then
  return 0
end
redis.call('DEL', KEYS[1], KEYS[2])
for at = 2, #ARGV, 2 do
  redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1])
end
redis.call('SET', KEYS[2], ARGV[1])
return 1
