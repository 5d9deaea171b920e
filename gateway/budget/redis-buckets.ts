import type { RedisConnection } from "../../shared/redis.ts";
import type { Buckets } from "./buckets.ts";

/** `ownBuckets`, by the clock of Redis, which is one clock for all. A full bucket is the same as none. */
const TAKE = `
local capacity, refill, amount = tonumber(ARGV[1]), tonumber(ARGV[2]) / 1000, tonumber(ARGV[3])
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local bucket = redis.call("HMGET", KEYS[1], "level", "at")
local level = capacity
if bucket[1] then
  level = math.min(capacity, tonumber(bucket[1]) + math.max(0, now - tonumber(bucket[2])) * refill)
end
local isTaken = amount <= level
if isTaken then level = math.min(capacity, level - amount) end
if isTaken and amount ~= 0 then
  redis.call("HSET", KEYS[1], "level", string.format("%.3f", level), "at", string.format("%.0f", now))
  redis.call("PEXPIRE", KEYS[1], math.ceil((capacity - level) / refill) + 1)
end
return { isTaken and 1 or 0, string.format("%.3f", level) }`;

/** Buckets that several gateways take from. */
export function redisBuckets(redis: RedisConnection): Buckets {
  return async (id, { capacity, refillPerSecond }, amount) => {
    const [isTaken, level] = (await redis.send((client) =>
      client.eval(TAKE, 1, `budget:${id}`, capacity, refillPerSecond, amount),
    )) as [number, string];
    return { isTaken: isTaken === 1, level: Number(level) };
  };
}
