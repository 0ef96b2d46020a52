import { createHash } from 'node:crypto';
import type { CollectionDefinition, TenantCollection, TenantRecord } from '../../store/tenant-collection.js';
import type { LiveAgent, StatusChange } from '../live-records.js';

/** A change of an agent's status, as it is kept. */
export interface StatusChangeRecord extends TenantRecord, Omit<StatusChange, 'number' | 'at'> {
  readonly agentId: string;
  /** 1, 2, 3 … per agent: its number among the events about the agent. */
  readonly sequence: number;
  /** RFC 3339. */
  readonly changedAt: string;
  /** Whether its event is still to be told. */
  readonly untold: boolean;
}

export type StatusChangeStore = TenantCollection<StatusChangeRecord>;

export const statusChangeCollection: CollectionDefinition<StatusChangeRecord> = {
  name: 'statusChanges',
  unique: [{ name: 'sequence', fields: ['agentId', 'sequence'], within: 'account' }],
  indexes: [['agentId']],
  sharedIndexes: [['untold'], ['agentId', 'untold'], ['changedAt']],
};

/** How far the history of an account is written. */
export interface StatusCursor extends TenantRecord {
  readonly epoch: string;
  readonly sequence: number;
}

export type StatusCursorStore = TenantCollection<StatusCursor>;

export const statusCursorCollection: CollectionDefinition<StatusCursor> = { name: 'statusCursors' };

/** The same change has the same id, so that it is kept once, however often it is written; ids sort by time. */
export function statusChangeId({ accountId, id }: LiveAgent, { at, number }: StatusChange): string {
  const time = Math.floor(at).toString(16).padStart(12, '0').slice(-12);
  const count = (number >>> 0).toString(16).padStart(8, '0');
  return `SC${time}${count}${createHash('sha256').update(`${accountId} ${id}`).digest('hex').slice(0, 12)}`;
}

export function statusChangeRecord(agent: LiveAgent, sequence: number): StatusChangeRecord {
  const { number: _, at, ...change } = agent.lastChange;
  const changedAt = new Date(at).toISOString();
  return {
    id: statusChangeId(agent, agent.lastChange),
    accountId: agent.accountId,
    revision: 1,
    createdAt: changedAt,
    updatedAt: changedAt,
    agentId: agent.id,
    sequence,
    changedAt,
    untold: true,
    ...change,
  };
}
