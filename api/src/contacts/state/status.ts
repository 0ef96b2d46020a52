import type { Party } from './visit.js';
import type { VisitDraft } from './visit-draft.js';

const inTalk: ReadonlySet<Party['state']> = new Set(['talking', 'away']);

/** The contact's status follows from who is there. */
export function status(draft: VisitDraft): void {
  if (draft.over) return;
  const { parties, searches, customer } = draft;
  const calling = parties.some(
    ({ state, role }) => role !== 'supervisor' && (state === 'ringing' || state === 'sounding' || state === 'claiming'),
  );
  const somebodyToTalkTo = customer ? inTalk.has(customer.state) : draft.talkers.length > 1;
  if (draft.talkers.length > 0 && somebodyToTalkTo) {
    draft.record({ status: 'inProgress' });
    return;
  }
  if (parties.some(({ state }) => state === 'joining')) {
    draft.record({ status: 'joining' });
    return;
  }
  draft.record({ status: calling ? 'ringing' : searches.length > 0 ? 'queued' : 'ivr' });
}
