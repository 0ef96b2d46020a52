export { type CentreFollower, followCentre } from './follow-centre.js';
export * from './live-centre-store.js';
export * from './live-records.js';
export { InvalidLiveIdError } from './live-write-checks.js';
export { MemoryLiveCentreStore } from './memory-live-centre-store.js';
export { RedisLiveCentreStore } from './redis-live-centre-store.js';
