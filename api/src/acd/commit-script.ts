/**
 * One commit, in Redis. KEYS: meta, records, log, accounts. ARGV: the account, its channel, the channel of accounts, an epoch for new data, how many changes
 * are kept, how long the log outlives its last change (ms); then for each write: field, the revision it was decided on, the record as JSON (empty: removed).
 * A stored record is its revision, a space, its JSON, so that revisions are compared without parsing. Answers the new sequence, or 0 where a revision differs.
 */
export const commitScript = `
for at = 7, #ARGV, 3 do
  local stored = redis.call('HGET', KEYS[2], ARGV[at])
  local revision = stored and string.match(stored, '^%d+') or '0'
  if revision ~= ARGV[at + 1] then return 0 end
end
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if not epoch then
  epoch = ARGV[4]
  redis.call('HSET', KEYS[1], 'epoch', epoch)
end
local sequence = redis.call('HINCRBY', KEYS[1], 'sequence', 1)
local records = {}
for at = 7, #ARGV, 3 do
  local field, json = ARGV[at], ARGV[at + 2]
  if json == '' then
    redis.call('HDEL', KEYS[2], field)
    records[#records + 1] = '{"removed":"' .. field .. '"}'
  else
    redis.call('HSET', KEYS[2], field, string.format('%d', ARGV[at + 1] + 1) .. ' ' .. json)
    records[#records + 1] = json
  end
end
local message = '{"epoch":"' .. epoch .. '","sequence":' .. string.format('%d', sequence) .. ',"records":[' .. table.concat(records, ',') .. ']}'
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[5], string.format('%d-1', sequence), 'm', message)
redis.call('PEXPIRE', KEYS[3], ARGV[6])
redis.call('PUBLISH', ARGV[2], message)
if redis.call('SADD', KEYS[4], ARGV[1]) == 1 then redis.call('PUBLISH', ARGV[3], ARGV[1]) end
return sequence
`;
