-- Turns of one organization, on this server's own clock.
--
-- KEYS: the marker, the turns (by when their request arrived, or will at the latest), the closing
-- ARGV: requests, seconds held, seconds on its way, the turn's number
--
-- The marker holds the run of the server that turns were begun to be counted in. A server that was restarted,
-- emptied or replaced may have forgotten turns, and says so instead of giving one.
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
if redis.call('GET', KEYS[1]) ~= run then return redis.error_reply('FORGOTTEN') end

local closed = redis.call('PTTL', KEYS[3])
if closed > 0 then return {tostring(closed / 1000)} end

local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local requests, held, on_its_way = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%.6f', now - held))
if redis.call('ZCARD', KEYS[2]) < requests then
  redis.call('ZADD', KEYS[2], string.format('%.6f', now + on_its_way), ARGV[4])
  redis.call('EXPIRE', KEYS[2], math.ceil(held + on_its_way) + 60)
  return {}
end

local waits = {}
local turns = redis.call('ZRANGE', KEYS[2], 0, -1, 'WITHSCORES')
for i = 2, #turns, 2 do
  local at = tonumber(turns[i])
  if at > now then at = at - on_its_way end  -- expected to have arrived at once
  waits[#waits + 1] = tostring(at + held - now)
end
return waits
