import type { MediaEncryption } from '../../port/media-encryption.js';
import { senderOf } from '../../sip/flow.js';
import type { IncomingInvite } from '../../sip/sip-event.js';
import { LegDescription, type MediaTerms } from './leg-description.js';
import type { LegSurroundings } from './leg-surroundings.js';
import type { RelayedSession } from './relay/relayed-session.js';

/** Our side of the media of an INVITE that came in. */
export interface DescribedInvite {
  readonly description: LegDescription;
  /** Our answer, or our offer where theirs had none, as the far end is to see it. */
  readonly sdp: string;
  /** What was agreed; undefined where their answer is still to come. */
  readonly terms: MediaTerms | undefined;
}

/** How the media of an INVITE that came in is had. */
export interface InviteMedia {
  /** The port of ours. */
  readonly port: number;
  /** What its sender's calls must be. */
  readonly encryption: MediaEncryption;
}

/** Answers the offer of an INVITE, or makes one, through the relay where its media goes through one. Rejects as `LegDescription.answer` and the relay do; nothing of it is left then. */
export async function describeInvite(
  invite: IncomingInvite,
  media: InviteMedia,
  around: LegSurroundings,
): Promise<DescribedInvite> {
  const { relays } = around;
  const relayed = relays.forInvite(invite, media.encryption);
  try {
    return await describe(invite, media.port, around, relayed);
  } catch (error) {
    relays.unbind(invite.sessionId);
    if (!relayed || !relays.mayGoStraight(relayed, error)) throw error;
    return describe(invite, media.port, around, undefined);
  }
}

async function describe(
  invite: IncomingInvite,
  port: number,
  around: LegSurroundings,
  relayed: RelayedSession | undefined,
): Promise<DescribedInvite> {
  const { stack, mediaAddress } = around;
  const { address } = senderOf(invite.flow);
  const host = relayed ? mediaAddress(address) : stack.hostTowards(address);
  const description = LegDescription.make(host, port, around, relayed);
  const { sdp: offer } = invite;
  if (offer === undefined) {
    const ours = description.offer();
    return { description, sdp: relayed ? await relayed.offerFromUs(ours) : ours, terms: undefined };
  }
  const { sdp, terms } = description.answer(relayed ? await relayed.offerFromFar(offer) : offer);
  return { description, sdp: relayed ? await relayed.answerFromUs(sdp) : sdp, terms };
}
