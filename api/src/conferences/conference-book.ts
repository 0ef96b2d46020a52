import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import { nextOutbox } from '../store/outbox-change.js';
import { DuplicateRecordError, StaleRecordError } from '../store/tenant-collection.js';
import { timestamp } from '../store/timestamp.js';
import type { Conference, ConferenceName, ConferenceStore } from './conference.js';
import { type ConferenceChange, takenOver } from './conference-changes.js';
import { ConferenceContendedError } from './conference-errors.js';
import type { ConferenceEvent, NewConferenceEvent } from './conference-events.js';

export interface ConferenceBookSettings {
  readonly conferences: ConferenceStore;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Told of each write that pushed events. */
  readonly onEvents: (conferenceId: string) => void;
}

/** A node that mixed more goes on with so many; calls in the others find out by themselves. */
const mostReopened = 1000;
/** More rounds than any contention that is not a fault can need. */
const maxRounds = 100;

/** Writes the records of conferences: a change and its events in one write, the events numbered without gaps. */
export class ConferenceBook {
  readonly #settings: ConferenceBookSettings;

  constructor(settings: ConferenceBookSettings) {
    this.#settings = settings;
  }

  /** The record of the live conference of that name, which is that node's from now on; a new one where there is none. */
  async open({ accountId, name }: ConferenceName, nodeId: string): Promise<Conference> {
    const { conferences, clock, newId } = this.#settings;
    for (let round = 0; round < maxRounds; round++) {
      const live = await conferences.findOne(accountId, { liveName: name });
      if (live) {
        const taken = await this.change(accountId, live.id, (now) => takenOver(now, nodeId, timestamp(clock)));
        if (taken && taken.status !== 'completed') return taken;
        continue;
      }
      const conference = newConference(newId('CF'), { accountId, name }, nodeId, timestamp(clock));
      try {
        await conferences.insert(conference);
        return conference;
      } catch (error) {
        if (!(error instanceof DuplicateRecordError)) throw error;
      }
    }
    throw new ConferenceContendedError(name);
  }

  /** The live conferences that are that node's by their records. */
  mixedOn(nodeId: string): Promise<readonly Conference[]> {
    const live = { status: { in: ['init', 'in-progress'] as const }, nodeId };
    return this.#settings.conferences.acrossAccounts.find(live, { limit: mostReopened });
  }

  /** Changes a record as it is, again where somebody else was quicker. `decide` must be pure; undefined leaves it. */
  async change(
    accountId: string,
    conferenceId: string,
    decide: (conference: Conference) => ConferenceChange | undefined,
  ): Promise<Conference | undefined> {
    const { conferences, clock } = this.#settings;
    for (let round = 0; round < maxRounds; round++) {
      const current = await conferences.get(accountId, conferenceId);
      if (!current) return undefined;
      const change = decide(current);
      if (!change) return current;
      try {
        const { record, events } = this.#withEvents(change);
        const written = await conferences.replace({ ...record, updatedAt: timestamp(clock) });
        if (events.length > 0) this.#settings.onEvents(conferenceId);
        return written;
      } catch (error) {
        if (!(error instanceof StaleRecordError)) throw error;
      }
    }
    throw new ConferenceContendedError(conferenceId);
  }

  #withEvents({ conference, events: fresh }: ConferenceChange): {
    readonly record: Conference;
    readonly events: readonly ConferenceEvent[];
  } {
    const { newId, clock } = this.#settings;
    const numbered = fresh.map((event, index) => withSequence(event, conference.sequence + index + 1));
    const { outbox, events } = nextOutbox(conference, numbered, { newId, now: clock.now() });
    const { sequence, pendingEvents } = outbox;
    return {
      record: { ...conference, sequence, pendingEvents, hasPendingEvents: pendingEvents.length > 0 },
      events: events as readonly ConferenceEvent[],
    };
  }
}

/** The conference that an event shows has counted the event. */
function withSequence({ type, data }: NewConferenceEvent, lastEventSequence: number): NewConferenceEvent {
  return { type, data: { ...data, conference: { ...(data.conference as object), lastEventSequence } } };
}

/** One that nobody is in yet. */
export function newConference(
  id: string,
  { accountId, name }: ConferenceName,
  nodeId: string,
  now: string,
): Conference {
  return {
    id,
    accountId,
    revision: 1,
    createdAt: now,
    updatedAt: now,
    name,
    status: 'init',
    liveName: name,
    nodeId,
    startedAt: null,
    endedAt: null,
    endedBecause: null,
    participants: [],
    sequence: 0,
    pendingEvents: [],
    hasPendingEvents: false,
  };
}
