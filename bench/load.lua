-- Script for wrk: sends the requests of a file in a given order and prints the measurements as a line of JSON.
-- BENCH_REQUESTS: a file with a URL path on each line. BENCH_ORDER: a file with a line number of it (from 1) on each line. BENCH_ACCEPT: the Accept header.
local requests, order, next_one = {}, {}, 0

function init(arguments)
  local headers = { ["Accept"] = os.getenv("BENCH_ACCEPT"), ["Host"] = wrk.host }
  for path in io.lines(os.getenv("BENCH_REQUESTS")) do
    requests[#requests + 1] = wrk.format("GET", path, headers)
  end
  for number in io.lines(os.getenv("BENCH_ORDER")) do
    order[#order + 1] = tonumber(number)
  end
end

function request()
  next_one = next_one % #order + 1
  return requests[order[next_one]]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.3f, "bytes": %d, "errors": %d, "timeouts": %d, "p50_ms": %.3f, "p95_ms": %.3f, "p99_ms": %.3f, "max_ms": %.3f}\n',
    summary.requests, summary.duration / 1e6, summary.bytes,
    errors.connect + errors.read + errors.write + errors.status, errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
