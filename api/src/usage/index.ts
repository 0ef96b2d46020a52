export { MemoryUsageCounter } from './memory-usage-counter.js';
export { usageOperations } from './operations/index.js';
export { RedisUsageCounter } from './redis-usage-counter.js';
export { type EndedCallUsage, type UsageCounter, type UsageDay, utcDay } from './usage-counter.js';
export type { UsageDeps } from './usage-deps.js';
