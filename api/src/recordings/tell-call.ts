import type { Clock } from '@hookswitch/kernel/clock';
import type { Call } from '../call-records/call.js';
import type { CallStore } from '../call-records/call-store.js';
import type { EventStore } from '../events/event-store.js';
import { changeRecord } from '../store/change-record.js';
import { publicEvent } from '../webhooks/index.js';
import { type Recording, type RecordingStore, recordingView, type UntoldEvent } from './recording.js';

export interface TellDeps {
  readonly calls: Pick<CallStore, 'change' | 'find'>;
  readonly recordings: RecordingStore;
  readonly clock: Clock;
}

/**
 * Pushes the recording's untold events onto its call and notes that they are told. The first event also puts the recording into the call's list. Killed between the
 * two writes, `tellAgain` finds out what was told.
 */
export async function tellCall(recording: Recording, deps: TellDeps): Promise<Recording> {
  if (recording.untold.length === 0) return recording;
  const { untold } = recording;
  await deps.calls.change(recording.callId, (call) => ({
    ...listed(call, recording.id),
    events: untold.map(({ type }) => ({ type, data: { recording: recordingView(recording) } })),
  }));
  return told(recording, untold, deps);
}

/** Tells what was just written. Where something older waits, its telling failed and may have been done all the same: then only what is missing is told. */
export function tellNew(
  recording: Recording,
  deps: TellDeps & { events: Pick<EventStore, 'list'> },
): Promise<Recording> {
  return recording.untold.length > 1 ? tellAgain(recording, deps) : tellCall(recording, deps);
}

/** Looks again this often when others push events meanwhile. */
const mostLooks = 10;

/** As `tellCall` for a recording of which somebody else may tell, or may have told: tells only what is not among the call's events yet. */
export async function tellAgain(
  recording: Recording,
  deps: TellDeps & { events: Pick<EventStore, 'list'> },
): Promise<Recording> {
  for (let look = 0; look < mostLooks; look++) {
    const call = await deps.calls.find(recording.callId);
    if (!call || (await tellMissing(recording, call, deps))) return told(recording, recording.untold, deps);
  }
  return recording; // the next sweep comes back to it
}

/**
 * An event is on the call until it is in the store, so the call is read first. False where events were pushed since: one of them may be ours.
 */
async function tellMissing(
  recording: Recording,
  call: Call,
  { calls, events }: TellDeps & { events: Pick<EventStore, 'list'> },
): Promise<boolean> {
  const known = new Set<string>();
  for (const { type, data } of call.pendingEvents) if (isAbout(data, recording.id)) known.add(type);
  const types = recording.untold.map(({ type }) => type);
  for (const event of await events.list(recording.accountId, { subjectId: call.id, types }, { limit: 1000 })) {
    if (isAbout(publicEvent(event).data, recording.id)) known.add(event.type);
  }
  const missing = recording.untold.filter(({ type }) => !known.has(type));
  if (missing.length === 0) return true;
  let unchanged = true;
  await calls.change(call.id, (now) => {
    unchanged = now.sequence === call.sequence;
    if (!unchanged) return undefined;
    return {
      ...listed(now, recording.id),
      events: missing.map(({ type }) => ({ type, data: { recording: recordingView(recording) } })),
    };
  });
  return unchanged;
}

async function told(
  recording: Recording,
  events: readonly UntoldEvent[],
  { recordings, clock }: TellDeps,
): Promise<Recording> {
  const changed = await changeRecord(recordings, clock, recording.accountId, recording.id, (now) => {
    const untold = now.untold.filter(({ type, at }) => !events.some((one) => one.type === type && one.at === at));
    return { ...now, untold, hasUntold: untold.length > 0 };
  });
  return changed ?? recording;
}

function listed(call: Call, recordingId: string) {
  return call.recordingIds.includes(recordingId) ? {} : { set: { recordingIds: [...call.recordingIds, recordingId] } };
}

function isAbout(data: Readonly<Record<string, unknown>>, recordingId: string): boolean {
  return (data.recording as { id?: unknown } | undefined)?.id === recordingId;
}
