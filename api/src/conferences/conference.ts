import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';
import type { ConferenceEvent } from './conference-events.js';

/** The record of one conference, from when its first call came. Times are RFC 3339. */
export interface Conference extends TenantRecord {
  readonly name: string;
  readonly status: 'init' | 'in-progress' | 'completed';
  /** Its name while it lives: one conference of a name lives at a time. */
  readonly liveName?: string;
  /** The node that mixes it, or did. */
  readonly nodeId: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly endedBecause: ConferenceEndedBecause | null;
  /** Those who are there, and the last who left, in the order in which they came. */
  readonly participants: readonly Participant[];
  /** Number of events so far. */
  readonly sequence: number;
  /** Events not yet relayed, oldest first. */
  readonly pendingEvents: readonly ConferenceEvent[];
  readonly hasPendingEvents: boolean;
}

export type ConferenceEndedBecause = 'empty' | 'endConferenceOnExit' | 'api' | 'nodeLost';

/** A call in a conference, or one that was. */
export interface Participant {
  readonly callId: string;
  /** The node that has the call. */
  readonly nodeId: string;
  readonly label: string | null;
  readonly muted: boolean;
  readonly held: boolean;
  /** The call that alone hears it. */
  readonly coaching: string | null;
  readonly startConferenceOnEnter: boolean;
  readonly endConferenceOnExit: boolean;
  /** Its conference lost its node, and it is about to be in it again. */
  readonly reconnecting?: true;
  readonly joinedAt: string;
  readonly leftAt: string | null;
  readonly leftBecause: LeftBecause | null;
}

/** Why a call left: see the API description of participants. */
export type LeftBecause = 'hungUp' | 'left' | 'timeLimit' | 'removed' | 'ended' | 'interrupted' | 'moved' | 'lost';

/** What can be changed of a participant. */
export interface ParticipantChange {
  readonly muted?: boolean;
  readonly held?: boolean;
  readonly coaching?: string | null;
  readonly endConferenceOnExit?: boolean;
}

/** Which conference: the account's of that name. */
export interface ConferenceName {
  readonly accountId: string;
  readonly name: string;
}

/** Names one conference of one account; `:` stands in no account id. */
export function conferenceKey({ accountId, name }: ConferenceName): string {
  return `${accountId}:${name}`;
}

export type ConferenceStore = TenantCollection<Conference>;

export const conferenceCollection: CollectionDefinition<Conference> = {
  name: 'conferences',
  unique: [{ name: 'liveName', fields: ['liveName'], within: 'account' }],
  indexes: [['status'], ['name']],
  sharedIndexes: [['status'], ['hasPendingEvents']],
};

export function isThere({ leftAt }: Participant): boolean {
  return leftAt === null;
}
