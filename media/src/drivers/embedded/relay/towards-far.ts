import type { RelayedSession } from './relayed-session.js';

/** What a description of ours is: an offer, or the answer to theirs. */
export type OurDescription = { readonly offer: string } | { readonly answer: string };

/** Sends a description of ours as the far end is to see it: at once where there is no relay, else when the relay has it. */
export function towardsFar(
  ours: OurDescription,
  relayed: RelayedSession | undefined,
  send: (sdp: string) => void,
  failed: (error: unknown) => void,
): void {
  if (!relayed) send('offer' in ours ? ours.offer : ours.answer);
  else if ('offer' in ours) relayed.offerFromUs(ours.offer).then(send, failed);
  else relayed.answerFromUs(ours.answer).then(send, failed);
}
