import type { LegSnapshot } from '../../../port/leg-snapshot.js';
import { routeWithin } from '../../../sip/dialogs/dialog.js';
import { type EmbeddedLegState, snapshotDriver, snapshotVersion } from './leg-state.js';
import { faultIn, type Shape } from './shape.js';

/** A snapshot that can be gone on from, or a sentence that says why not. */
export type ReadSnapshot = { readonly state: EmbeddedLegState } | { readonly refused: string };

/** Reads what a former process wrote. All or nothing: a snapshot of another driver or version, or one with a part missing, is refused. */
export function readSnapshot({ driver, version, state }: LegSnapshot): ReadSnapshot {
  if (driver !== snapshotDriver) return { refused: `It is a snapshot of the driver ${driver}.` };
  if (version !== snapshotVersion)
    return { refused: `It is of version ${version}; this is version ${snapshotVersion}.` };
  const fault = faultIn(state, stateShape, 'state');
  if (fault !== undefined) return { refused: fault };
  const whole = state as EmbeddedLegState;
  try {
    routeWithin(whole.session.dialog);
  } catch {
    return { refused: 'Its dialog names no place to send to.' };
  }
  return { state: whole };
}

const targetShape: Shape = { transport: 'string', address: 'string', port: 'number' };

const stateShape: Shape = {
  legId: 'string',
  direction: 'string',
  facts: {
    from: 'string',
    to: 'string',
    toHost: 'string',
    sipCallId: 'string',
    remoteAddress: 'string',
    headers: 'object',
  },
  isToOurPhone: 'boolean',
  endpointId: 'string?',
  isHeld: 'boolean',
  signallingAddress: 'string',
  session: {
    dialog: {
      role: 'string',
      callId: 'string',
      localTag: 'string',
      remoteTag: 'string',
      local: 'string',
      remote: 'string',
      localCseq: 'number',
      remoteCseq: 'number?',
      routeSet: ['string'],
      remoteTarget: 'string',
      path: targetShape,
    },
    contactUser: 'string?',
    credentials: 'object?',
    peerUpdates: 'boolean',
    local: 'string?',
    remote: 'string?',
    timer: 'object?',
  },
  description: {
    address: 'string',
    port: 'number',
    sessionId: 'number',
    version: 'number',
    lines: ['object'],
    direction: 'string',
  },
  relayed: 'object?',
};
