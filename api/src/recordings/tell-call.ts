import type { Clock } from '@hookswitch/kernel/clock';
import type { Call } from '../calls/call.js';
import type { CallStore } from '../calls/call-store.js';
import type { EventStore } from '../events/event-store.js';
import { changeRecord } from '../store/change-record.js';
import { publicEvent } from '../webhooks/index.js';
import { type Recording, type RecordingEventType, type RecordingStore, recordingView } from './recording.js';

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
  return told(recording, untold.length, deps);
}

/** As `tellCall` for a recording whose owner may have died halfway: tells only what is not among the call's events yet. */
export async function tellAgain(
  recording: Recording,
  deps: TellDeps & { events: Pick<EventStore, 'list'> },
): Promise<Recording> {
  const { calls, events } = deps;
  const call = await calls.find(recording.callId);
  if (!call) return told(recording, recording.untold.length, deps);
  // First the call, then the store: an event leaves the call only after it is in the store.
  const inStore = await events.list(
    recording.accountId,
    { callId: call.id, types: recording.untold.map(({ type }) => type) },
    { limit: 1000 },
  );
  const known = new Set<RecordingEventType>();
  for (const event of inStore) {
    if (isAbout(publicEvent(event).data, recording.id)) known.add(event.type as RecordingEventType);
  }
  await calls.change(call.id, (now) => {
    const pending = now.pendingEvents.filter(({ data }) => isAbout(data, recording.id)).map(({ type }) => type);
    const missing = recording.untold.filter(({ type }) => !known.has(type) && !pending.includes(type));
    if (missing.length === 0) return undefined;
    return {
      ...listed(now, recording.id),
      events: missing.map(({ type }) => ({ type, data: { recording: recordingView(recording) } })),
    };
  });
  return told(recording, recording.untold.length, deps);
}

async function told(recording: Recording, count: number, { recordings, clock }: TellDeps): Promise<Recording> {
  const changed = await changeRecord(recordings, clock, recording.accountId, recording.id, (now) => {
    const untold = now.untold.slice(count);
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
