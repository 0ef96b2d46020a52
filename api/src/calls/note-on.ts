import type { NewTimelineEntry, TimelineWriter } from '../call-records/timeline/call-timeline.js';

/** Adds to one call's timeline. */
export type Note = (entry: Omit<NewTimelineEntry, 'accountId' | 'callId'>) => void;

/** The timeline of that call. */
export function noteOn(call: { readonly id: string; readonly accountId: string }, timeline: TimelineWriter): Note {
  const { id: callId, accountId } = call;
  return (entry) => timeline.add({ accountId, callId, ...entry });
}
