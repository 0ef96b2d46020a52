export { MemorySkillGroupNews } from './memory-skill-group-news.js';
export { skillGroupOperations } from './operations/index.js';
export { RedisSkillGroupNews } from './redis-skill-group-news.js';
export {
  type OverflowStep,
  type RoutingStrategy,
  type SkillGroup,
  type SkillGroupStore,
  skillGroupCollection,
} from './skill-group.js';
export type { SkillGroupDeps } from './skill-group-deps.js';
export type { SkillGroupNews } from './skill-group-news.js';
