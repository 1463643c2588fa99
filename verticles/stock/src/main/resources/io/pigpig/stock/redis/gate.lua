-- Decides one micro-batch of orders: each gets all of its units or none.
--
-- KEYS[1]  hash: sku -> available units
-- KEYS[2]  the gate's epoch
-- ARGV[1]  the epoch the caller trusts
-- ARGV[2]  number of adjustments, then (sku, delta) each
-- then, until the end, the orders: number of lines, then (sku, quantity) each
--
-- Answers {-1} when the gate is not the one the caller trusts; nothing was done then. Otherwise
-- {0, (order, line, left)...}: the orders that fell short, the line that did, and how many units
-- its SKU has left; every order not named is granted. Orders and lines count from 1.
--
-- Redis does not roll a script back: all values are computed in tables first and written last.
if redis.call('GET', KEYS[2]) ~= ARGV[1] or redis.call('EXISTS', KEYS[1]) == 0 then
  return {-1}
end
local left, changed = {}, {}
local function units(sku)
  local known = left[sku]
  if not known then
    known = tonumber(redis.call('HGET', KEYS[1], sku) or '0')
    left[sku] = known
  end
  return known
end

local at = 3
for _ = 1, tonumber(ARGV[2]) do
  local sku = ARGV[at]
  left[sku] = units(sku) + tonumber(ARGV[at + 1])
  changed[sku] = true
  at = at + 2
end

local answer, order, last = {0}, 0, #ARGV
while at <= last do
  order = order + 1
  local lines = tonumber(ARGV[at])
  local first = at + 1
  local short = 0
  for line = 1, lines do
    local sku, quantity = ARGV[first + 2 * line - 2], tonumber(ARGV[first + 2 * line - 1])
    local known = units(sku)
    if known < quantity then
      short = line
      answer[#answer + 1] = order
      answer[#answer + 1] = line
      answer[#answer + 1] = known
      break
    end
    left[sku] = known - quantity
  end
  -- A short order gives back the lines before the one that fell short; a granted one keeps them.
  for line = 1, (short > 0 and short - 1 or lines) do
    local sku = ARGV[first + 2 * line - 2]
    if short > 0 then
      left[sku] = left[sku] + tonumber(ARGV[first + 2 * line - 1])
    else
      changed[sku] = true
    end
  end
  at = first + 2 * lines
end

for sku in pairs(changed) do
  redis.call('HSET', KEYS[1], sku, left[sku])
end
return answer
