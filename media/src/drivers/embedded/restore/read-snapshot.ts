import type { LegSnapshot } from '../../../port/leg-snapshot.js';
import { routeWithin } from '../../../sip/dialogs/dialog.js';
import { type EmbeddedLegState, snapshotDriver, snapshotVersion, type UnansweredLegState } from './leg-state.js';
import { faultIn, oneOf, optional, type Shape } from './shape.js';

/** A snapshot that can be gone on from or ended by, or a sentence that says why not. */
export type ReadSnapshot = { readonly state: EmbeddedLegState } | UnansweredLegState | { readonly refused: string };

/** Reads what a former process wrote. All or nothing: a snapshot of another driver or version, or one with a part missing, is refused. */
export function readSnapshot({ driver, version, state }: LegSnapshot): ReadSnapshot {
  if (driver !== snapshotDriver) return { refused: `It is a snapshot of the driver ${driver}.` };
  if (version !== snapshotVersion)
    return { refused: `It is of version ${version}; this is version ${snapshotVersion}.` };
  if (typeof state === 'object' && state !== null && 'unanswered' in state) return readUnanswered(state);
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

function readUnanswered(state: object): ReadSnapshot {
  const fault = faultIn(state, { unanswered: ['object'] }, 'state') ?? faultOfInvites(state as UnansweredLegState);
  return fault === undefined ? (state as UnansweredLegState) : { refused: fault };
}

function faultOfInvites({ unanswered }: UnansweredLegState): string | undefined {
  const faults = unanswered.map((invite, at) =>
    faultIn(invite, invite.kind === 'theirs' ? theirInviteShape : ourInviteShape, `state.unanswered[${at}]`),
  );
  return faults.find((fault) => fault !== undefined);
}

const targetShape: Shape = {
  transport: oneOf('udp', 'tcp', 'tls', 'ws', 'wss'),
  address: 'line',
  port: 'number',
  serverName: 'line?',
};

const theirInviteShape: Shape = {
  kind: oneOf('theirs'),
  uri: 'line',
  vias: ['line'],
  from: 'line',
  to: 'line',
  callId: 'line',
  cseq: 'line',
  flow: {
    transport: oneOf('udp', 'tcp', 'tls', 'ws', 'wss'),
    localAddress: 'line',
    localPort: 'number',
    remoteAddress: 'line',
    remotePort: 'number',
  },
};

const ourInviteShape: Shape = {
  kind: oneOf('ours'),
  callId: 'line',
  fromTag: 'line',
  cseq: 'number',
  branch: 'line',
  options: {
    target: targetShape,
    uri: 'line',
    from: 'line',
    fromDisplayName: 'line?',
    to: 'line?',
    contactUser: 'line?',
    routes: optional(['line']),
  },
};

const soundDirection = oneOf('sendrecv', 'sendonly', 'recvonly', 'inactive');

const lineShape: Shape = {
  kind: 'line',
  protocol: 'line',
  rejectedFormats: ['line'],
  direction: soundDirection,
  formats: optional([{ type: 'number', name: 'line' }]),
  eventType: 'number?',
};

const dialogShape: Shape = {
  role: oneOf('uas', 'uac'),
  callId: 'line',
  localTag: 'line',
  remoteTag: 'line',
  local: 'line',
  remote: 'line',
  localCseq: 'number',
  remoteCseq: 'number?',
  routeSet: ['line'],
  remoteTarget: 'line',
  contactless: 'boolean?',
  path: targetShape,
};

const stateShape: Shape = {
  legId: 'string',
  direction: oneOf('inbound', 'outbound'),
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
  isInside: 'boolean?',
  isHeld: 'boolean',
  signallingAddress: 'string',
  session: {
    dialog: dialogShape,
    contactUser: 'line?',
    credentials: optional({ username: 'line', password: 'string' }),
    peerUpdates: 'boolean',
    local: 'string?',
    remote: 'string?',
    timer: optional({ expiresSeconds: 'number', weRefresh: 'boolean' }),
  },
  description: {
    address: 'line',
    port: 'number',
    sessionId: 'number',
    version: 'number',
    lines: [lineShape],
    direction: soundDirection,
  },
  relayed: optional({
    relay: { sessionId: 'string', driver: 'string', state: 'object' },
    outside: { protocol: 'line', ice: 'boolean' },
    encryption: 'string',
    branch: 'string?',
  }),
};
