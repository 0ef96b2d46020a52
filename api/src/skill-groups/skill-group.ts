import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';

/** Agents who serve the same calls, and how waiting calls are given to them. It feeds from one queue of its own. */
export interface SkillGroup extends TenantRecord {
  /** Unique in the account. */
  readonly name: string;
  readonly description: string;
  readonly strategy: RoutingStrategy;
  /** Who served the caller last is asked first, if free; then the strategy decides. */
  readonly lastServedFirst: boolean;
  /** Waiting calls of a group with a higher number are served first where an agent is in both. 0 to 100. */
  readonly queuePriority: number;
  /** Most calls that may wait; further ones are turned away as `queueFull`. */
  readonly maxWaiting: number;
  /** Where calls that wait may be served besides, in order of time. */
  readonly overflow: readonly OverflowStep[];
  /** Rings so long before another agent is tried; undefined: the centre's setting. */
  readonly ringTimeoutSeconds?: number;
}

/**
 * `longestIdle`, `fewestCalls` (answered today; ties to the longest idle), `priority` (the agent's in the group; ties to the longest idle), `roundRobin`,
 * `ringAll` (every free member at once, at most `ringAllMost`).
 */
export type RoutingStrategy = 'longestIdle' | 'fewestCalls' | 'priority' | 'roundRobin' | 'ringAll';

/** After so long in the queue (0: at once) members of this group serve it too, where nobody of the call's own group is free. */
export interface OverflowStep {
  readonly afterSeconds: number;
  readonly skillGroupId: string;
}

export type SkillGroupStore = TenantCollection<SkillGroup>;

export const skillGroupCollection: CollectionDefinition<SkillGroup> = {
  name: 'skillGroups',
  unique: [{ name: 'name', fields: ['name'], within: 'account' }],
};

/** What a group is like where its maker says nothing. */
export const skillGroupDefaults = {
  description: '',
  strategy: 'longestIdle',
  lastServedFirst: false,
  queuePriority: 0,
  maxWaiting: 1000,
} as const;
