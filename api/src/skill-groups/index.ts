export { skillGroupOperations } from './operations/index.js';
export {
  type OverflowStep,
  type RoutingStrategy,
  type SkillGroup,
  type SkillGroupStore,
  skillGroupCollection,
} from './skill-group.js';
export type { SkillGroupChanged, SkillGroupDeps } from './skill-group-deps.js';
