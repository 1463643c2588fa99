-- One order a request with a fresh, time-ordered Idempotency-Key, rotating over SKUs and customers.
-- Argument: a file of lines "sku NAME", "token TOKEN" and "run NAME". Keys carry the start time, so
-- that a second run of the same feed does not replay the first one.
local skus, tokens, run, sent = {}, {}, "run", 0
local started = os.time()
local path = "/api/v1/orders"

function init(args)
  for line in io.lines(args[1]) do
    local kind, value = line:match("^(%S+) (%S+)$")
    if kind == "sku" then
      skus[#skus + 1] = '{"lines":[{"sku":"' .. value .. '","quantity":1}]}'
    elseif kind == "token" then
      tokens[#tokens + 1] = "Bearer " .. value
    elseif kind == "run" then
      run = value
    end
  end
  wrk.headers["Content-Type"] = "application/json"
end

function request()
  sent = sent + 1
  wrk.headers["Idempotency-Key"] = string.format("%010d-%s-%012d", started, run, sent)
  if #tokens > 0 then
    wrk.headers["Authorization"] = tokens[sent % #tokens + 1]
  end
  return wrk.format("POST", path, nil, skus[sent % #skus + 1])
end

-- The figures the report reads: exact counts, and latencies in microseconds.
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    "figures requests=%d duration_us=%d non2xx=%d connect=%d read=%d write=%d timeout=%d p50_us=%d p99_us=%d\n",
    summary.requests, summary.duration, errors.status, errors.connect, errors.read, errors.write,
    errors.timeout, latency:percentile(50), latency:percentile(99)))
end
