import type { LegSnapshot } from '../../../port/leg-snapshot.js';
import type { EmbeddedLeg } from '../embedded-leg.js';
import { type EmbeddedLegState, snapshotDriver, snapshotVersion, type UnansweredLegState } from './leg-state.js';

/** What it takes to end the leg while it is not answered; undefined once it is, and where no INVITE is out. */
export function takeUnansweredSnapshot(leg: EmbeddedLeg): LegSnapshot | undefined {
  if (leg.status === 'answered' || leg.status === 'ended') return undefined;
  const unanswered = leg.unansweredInvites();
  if (unanswered.length === 0) return undefined;
  const state: UnansweredLegState = { unanswered };
  return { callId: leg.id, driver: snapshotDriver, version: snapshotVersion, state };
}

/** The leg as plain data. Undefined while it is not answered, while it is not agreed where its sound goes, and once it is over. */
export function takeSnapshot(leg: EmbeddedLeg): LegSnapshot | undefined {
  const { id: callId, description, media, direction, facts, isToOurPhone, endpointId, isHeld, signallingAddress } = leg;
  const session = leg.status === 'answered' && media.flowing ? leg.sessionSnapshot() : undefined;
  if (!session || !description) return undefined;
  const relayed = description.relayed?.snapshot();
  if (description.relayed && !relayed) return undefined;
  const state: EmbeddedLegState = {
    legId: media.legId,
    direction,
    facts,
    isToOurPhone,
    endpointId,
    ...(leg.isInside ? { isInside: true } : {}),
    isHeld,
    signallingAddress,
    session,
    description: description.snapshot(),
    relayed,
  };
  return { callId, driver: snapshotDriver, version: snapshotVersion, state };
}
