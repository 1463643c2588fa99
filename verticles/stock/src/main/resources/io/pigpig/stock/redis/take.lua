-- Takes the units of a whole micro-batch of orders, or nothing: the quick way through the gate, for
-- as long as there is enough of everything. gate.lua decides order by order when there is not.
--
-- KEYS[1]  hash: sku -> available units
-- KEYS[2]  the gate's epoch
-- ARGV[1]  the epoch the caller trusts
-- then, until the end, (sku, units) each once: what the batch takes of it, less what is given back
--
-- Answers -1 when the gate is not the one the caller trusts, 1 when a SKU falls short; nothing was
-- done then. Otherwise 0: every order is granted.
--
-- Two commands for a batch of any size. A call takes a few hundred SKUs: Lua's stack bounds unpack.
if redis.call('GET', KEYS[2]) ~= ARGV[1] or redis.call('EXISTS', KEYS[1]) == 0 then
  return -1
end
local skus = {}
for at = 2, #ARGV, 2 do
  skus[at / 2] = ARGV[at]
end
local left = redis.call('HMGET', KEYS[1], unpack(skus))
local pairs_left = {}
for i, sku in ipairs(skus) do
  local units = tonumber(left[i] or '0') - tonumber(ARGV[2 * i + 1])
  if units < 0 then
    return 1
  end
  pairs_left[2 * i - 1] = sku
  pairs_left[2 * i] = units
end
redis.call('HSET', KEYS[1], unpack(pairs_left))
return 0
