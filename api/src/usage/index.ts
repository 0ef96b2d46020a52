export { MemoryUsageCounter } from './memory-usage-counter.js';
export { type EndedCallUsage, type UsageCounter, type UsageDay, utcDay } from './usage-counter.js';
