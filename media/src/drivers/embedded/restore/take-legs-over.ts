import type { LegSnapshot, RestoredLeg as RestoredCall } from '../../../port/leg-snapshot.js';
import type { UnansweredInvite } from '../../../sip/dialogs/unanswered-invite.js';
import { AnsweredDialog } from '../answered-dialog.js';
import { LegDescription } from '../leg-description.js';
import { LegMedia } from '../leg-media.js';
import type { LegSurroundings } from '../leg-surroundings.js';
import type { OpenLeg } from '../media-plane/media-plane.js';
import type { RelayedSession } from '../relay/relayed-session.js';
import type { EmbeddedLegState } from './leg-state.js';
import { readSnapshot } from './read-snapshot.js';
import { RestoredLeg } from './restored-leg.js';

/** What becomes of the legs of a former process. */
export interface TakenOver {
  readonly legs: readonly TakenLeg[];
  /** SIP sessions of those that cannot go on: they are to be ended once there are sockets. */
  readonly lost: readonly string[];
  /** INVITEs without a final answer: they are to be ended then, too. */
  readonly unanswered: readonly UnansweredInvite[];
}

export interface TakenLeg {
  readonly leg: RestoredLeg;
  readonly recordings: RestoredCall['recordings'];
  /** As the media plane had it. */
  readonly open: OpenLeg;
}

interface Candidate {
  readonly callId: string;
  readonly state: EmbeddedLegState;
}

/** Takes over, from the media plane and the relays, the legs that these snapshots tell of. Of those that cannot go on the log says why. */
export async function takeLegsOver(
  snapshots: readonly LegSnapshot[],
  around: LegSurroundings,
  inside: LegSurroundings,
): Promise<TakenOver> {
  const { candidates, unanswered } = readable(snapshots, around);
  const relayed = await around.relays.takeOver(candidates.flatMap(({ state }) => state.relayed ?? []));
  const isCarried = ({ state }: Candidate) => !state.relayed || relayed.has(state.relayed.relay.sessionId);
  const open = new Map(
    (await around.plane.takeOver(candidates.filter(isCarried).map(({ state }) => state.legId))).map((leg) => [
      leg.legId,
      leg,
    ]),
  );
  const legs: TakenLeg[] = [];
  const lost: string[] = [];
  for (const candidate of candidates) {
    const sessionId = around.stack.do((agent, now) => agent.restore(candidate.state.session, now));
    const own = candidate.state.relayed && relayed.get(candidate.state.relayed.relay.sessionId);
    const media = isCarried(candidate) ? open.get(candidate.state.legId) : undefined;
    if (media) legs.push(takeOver(candidate, sessionId, media, own, candidate.state.isInside ? inside : around));
    else {
      void own?.close();
      lost.push(sessionId);
      around.logger.warn({ callId: candidate.callId }, 'a call of the process before cannot go on: its sound is gone');
    }
  }
  return { legs, lost, unanswered };
}

function readable(
  snapshots: readonly LegSnapshot[],
  { logger }: LegSurroundings,
): { readonly candidates: readonly Candidate[]; readonly unanswered: readonly UnansweredInvite[] } {
  const byCall = new Map<string, Candidate>();
  const unanswered: UnansweredInvite[] = [];
  for (const snapshot of snapshots) {
    const { callId } = snapshot;
    const read = readSnapshot(snapshot);
    if ('state' in read) byCall.set(callId, { callId, state: read.state });
    else if ('unanswered' in read) unanswered.push(...read.unanswered);
    else
      logger.warn(
        { callId, why: read.refused },
        'a call of the process before cannot go on: its snapshot is not taken',
      );
  }
  return { candidates: [...byCall.values()], unanswered };
}

function takeOver(
  { callId, state }: Candidate,
  sessionId: string,
  open: OpenLeg,
  relayed: RelayedSession | undefined,
  around: LegSurroundings,
): TakenLeg {
  const { plane, clock, audio, relays } = around;
  const { facts, direction, isToOurPhone, isHeld: held } = state;
  const description = LegDescription.restored(state.description, audio, relayed);
  if (relayed) relays.bind(sessionId, relayed);
  const media = LegMedia.takenOver(open, plane, clock.now());
  const dialog = new AnsweredDialog(sessionId, description, state.signallingAddress, state.endpointId);
  const leg = new RestoredLeg({ id: callId, facts, direction, isToOurPhone, former: { media, dialog, held } }, around);
  around.follow(sessionId, leg);
  return { leg, recordings: open.recordings.map((recording) => media.followRecording(recording)), open };
}
