import type { FlowFacts } from './visit.js';
import type { Act, VisitDraft } from './visit-draft.js';

/** A record keeps so many keys, ratings and messages. */
const mostKeys = 200;
/** Who is gone sooner hung up at the beep. */
const shortestMessageSeconds = 2;

export function flowEndsAs(endsAs: NonNullable<FlowFacts['endsAs']>): Act {
  return (draft) => draft.inFlow({ endsAs });
}

/** Keys the customer pressed, with what they stood for. */
export function pressed(keys: readonly { readonly key: string; readonly label: string }[]): Act {
  return (draft) => {
    if (draft.over || keys.length === 0) return;
    const all = [...draft.contact.keys, ...keys.map(({ key, label }) => ({ key, label, at: draft.now }))];
    draft.record({ keys: all.slice(0, mostKeys) });
  };
}

/** What a script that queues the customer knows of it. */
export function queuedWith(keys: Parameters<typeof pressed>[0], uui: string | undefined): Act {
  return (draft) => {
    pressed(keys)(draft);
    if (!draft.over && uui !== undefined) draft.record({ uui });
  };
}

export function asksForRating(): Act {
  return (draft) => {
    if (!draft.over) draft.inFlow({ asksForRating: true });
  };
}

export function rated(key: string, label: string): Act {
  return (draft) => {
    if (draft.over) return;
    draft.inFlow({ asksForRating: false });
    rate(draft, key, label);
    draft.emit('contact.updated', { rated: key });
  };
}

export function voicemailBegins(recordingId: string, skillGroupId: string | undefined): Act {
  return (draft) => {
    if (draft.over) return;
    draft.record({ recordingIds: [...draft.contact.recordingIds, recordingId] });
    draft.emit('contact.updated', { recordingId });
    draft.inFlow({
      voicemail: { recordingId, since: draft.now, ...(skillGroupId === undefined ? {} : { skillGroupId }) },
    });
  };
}

/** The message is complete; one that is too short is none. */
export function voicemailEnded(recordingId: string, durationSeconds: number): Act {
  return (draft) => {
    if (draft.over || draft.flow.voicemail?.recordingId !== recordingId) return;
    leaveVoicemail(draft, durationSeconds);
  };
}

/** The customer wants to be called back; that is kept apart from the contact. */
export function callbackRequested(callbackRequestId: string, skillGroupId: string): Act {
  return (draft) => {
    if (!draft.over) draft.emit('contact.callback-requested', { callbackRequestId, skillGroupId });
    draft.do({ kind: 'tellGroup', skillGroupId, tidings: { event: 'callbackRequested', callbackRequestId } });
  };
}

/** The customer is gone, or its contact is over: what the flow still waited for is settled. */
export function settleFlow(draft: VisitDraft): void {
  const { asksForRating: asked, voicemail } = draft.flow;
  if (asked) {
    draft.inFlow({ asksForRating: false });
    rate(draft, 'noInput', '');
  }
  if (voicemail) leaveVoicemail(draft, Math.round((draft.now - voicemail.since) / 1000));
}

function rate(draft: VisitDraft, key: string, label: string): void {
  draft.record({ ratings: [...(draft.contact.ratings ?? []), { key, label, at: draft.now }].slice(0, mostKeys) });
}

function leaveVoicemail(draft: VisitDraft, durationSeconds: number): void {
  const { recordingId, skillGroupId } = draft.flow.voicemail!;
  draft.inFlow({ voicemail: undefined });
  if (durationSeconds < shortestMessageSeconds) return;
  const group = skillGroupId === undefined ? {} : { skillGroupId };
  const voicemail = { recordingId, durationSeconds, at: draft.now, ...group };
  draft.record({ voicemails: [...(draft.contact.voicemails ?? []), voicemail].slice(0, mostKeys) });
  draft.emit('contact.voicemail-left', { recordingId, durationSeconds, ...group });
  if (skillGroupId === undefined) return;
  draft.do({ kind: 'tellGroup', skillGroupId, tidings: { event: 'voicemailLeft', recordingId, durationSeconds } });
}
