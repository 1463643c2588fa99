-- Corrects SKUs that have not moved since they were looked at.
--
-- KEYS[1] hash, KEYS[2] epoch; ARGV[1] the epoch seen, then (sku, value seen, right value) each.
-- Answers the number of SKUs corrected.
if redis.call('GET', KEYS[2]) ~= ARGV[1] then
  return 0
end
local corrected = 0
for at = 2, #ARGV, 3 do
  if (redis.call('HGET', KEYS[1], ARGV[at]) or '0') == ARGV[at + 1] then
    redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 2])
    corrected = corrected + 1
  end
end
return corrected
