import { dialogMark } from '@hookswitch/media/port/dialog-mark';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { TransferRequest } from '@hookswitch/media/port/transfer';
import { OwnerUnreachableError } from '../../nodes/index.js';
import type { HandOver } from '../../scripting/index.js';
import type { ActiveCall } from '../active-call.js';
import type { CallsDeps } from '../calls-deps.js';
import { hearRinging } from './hear-ringing.js';
import { standAlone } from './stand-alone.js';
import { isRinging, isTalking, ringingPatienceMs, whenItTalks } from './when-it-talks.js';

export const joinTransferCommand = 'call.join-transfer.v2';

/** The other node's leg must be there within this, milliseconds. */
const comingMs = 5_000;

/** A call of the transferor that another node has. */
export interface JoinTransfer {
  readonly accountId: string;
  /** The value of Replaces that names its dialog. */
  readonly replaces: string;
}

/** Where the leg between the two nodes is to go, or the status that the transferor is told. */
export type JoinInvitation = { readonly uri: string } | { readonly status: number };

/** The node that made the dialog which a Replaces value names, where it is another one that lives. */
export async function nodeOfReplaces(value: string, { nodeId, leases }: CallsDeps): Promise<string | undefined> {
  const mark = /;\s*to-tag=[^;]*-([0-9a-f]{8})\s*(;|$)/i.exec(value)?.[1];
  if (mark === undefined || mark === dialogMark(nodeId)) return undefined;
  return (await leases.alive()).find((node) => dialogMark(node.nodeId) === mark)?.nodeId;
}

/**
 * Joins whom the transferor talks to here with whom it talks to on another node, or called from there and waits for: a SIP leg between the nodes takes the transferor's place on both, and
 * rings as long as the one called does. Answers the status that the transferor is told.
 */
export async function joinElsewhere(
  transferor: ActiveCall,
  handOver: HandOver,
  request: TransferRequest,
  other: { readonly nodeId: string; readonly replaces: string },
  deps: CallsDeps,
): Promise<number> {
  const asked: JoinTransfer = { accountId: transferor.accountId, replaces: other.replaces };
  let invitation: JoinInvitation;
  try {
    invitation = (await deps.commands.send(other.nodeId, {
      type: joinTransferCommand,
      request: asked,
    })) as JoinInvitation;
  } catch (error) {
    deps.logger.warn(
      { err: error, otherNodeId: other.nodeId },
      'A transfer to a call of another node came to nothing.',
    );
    return error instanceof OwnerUnreachableError ? 408 : 603;
  }
  if ('status' in invitation) return invitation.status;
  const bridge = deps.engine.dial({
    callId: deps.newId('CA'),
    target: { kind: 'sip', uri: invitation.uri, inside: true },
    from: 'transfer',
    ringTimeoutMs: comingMs + ringingPatienceMs,
  });
  if (!(await answered(bridge, handOver, request, deps))) return bridge.termination?.sip === 487 ? 487 : 603;
  if (handOver.takes(bridge)) return 200;
  bridge.hangUp();
  return 487;
}

/** Whether the leg between the nodes is answered; whoever stays hears it ring meanwhile. It has to come soon, and goes with whoever stays. */
async function answered(
  bridge: LiveCall,
  { remaining, signal }: HandOver,
  request: TransferRequest,
  deps: CallsDeps,
): Promise<boolean> {
  const leave = () => bridge.hangUp();
  const cancelWait = deps.clock.after(comingMs, leave);
  let sound: { stop(): void } | undefined;
  bridge.events.once('ringing', () => {
    cancelWait();
    request.progress(180);
    sound = hearRinging(remaining, deps);
  });
  signal.addEventListener('abort', leave);
  if (signal.aborted) leave();
  if (bridge.status !== 'answered' && bridge.status !== 'ended') {
    await new Promise<void>((resolve) => {
      bridge.events.once('answered', () => resolve());
      bridge.events.once('ended', () => resolve());
    });
  }
  cancelWait();
  sound?.stop();
  signal.removeEventListener('abort', leave);
  return bridge.status === 'answered';
}

/** The other node's half: gives the transferor's place in its call here to the leg that comes, once whom it called has answered. */
export async function expectJoined({ accountId, replaces }: JoinTransfer, deps: CallsDeps): Promise<JoinInvitation> {
  const named = deps.engine.legNamed(replaces);
  if ('status' in named) return named;
  const other = deps.registry.get(named.leg.id);
  const address = deps.innerAddress();
  if (other?.accountId !== accountId || address === undefined) return { status: 481 };
  const leaving = other.talk?.handOver(other.leg);
  if (!leaving && !isRinging(other)) return { status: 603 };
  const { user, leg: coming } = deps.engine.expect(deps.newId('CA'), comingMs);
  const join = async () => {
    const leg = await coming;
    if (leaving) await takePlace(leg, other, leaving, deps);
    else if (leg) await joinOnceItTalks(leg, other, deps);
  };
  join().catch((error: unknown) => {
    leaving?.failed();
    deps.logger.warn({ err: error, callId: other.id }, 'A transfer from another node came to nothing.');
  });
  const [transport, ...host] = address.split(':');
  return { uri: `sip:${user}@${host.join(':')};transport=${transport}` };
}

/** Rings the leg as long as whom the transferor called rings; what comes of that is what its node is told. */
async function joinOnceItTalks(leg: LiveCall, other: ActiveCall, deps: CallsDeps): Promise<void> {
  const left = new AbortController();
  leg.events.once('ended', () => left.abort());
  leg.ring();
  const talks = isTalking(other) || (await whenItTalks(other, left.signal, deps.clock));
  if (left.signal.aborted) return;
  const leaving = talks ? other.talk?.handOver(other.leg) : undefined;
  if (leaving) await takePlace(leg, other, leaving, deps);
  else leg.reject(other.leg.status === 'ended' ? 487 : 603);
}

async function takePlace(
  leg: LiveCall | undefined,
  other: ActiveCall,
  leaving: HandOver,
  deps: CallsDeps,
): Promise<void> {
  try {
    await leg?.answer();
  } catch (error) {
    leaving.failed();
    throw error;
  }
  if (!leg || leg.status === 'ended' || !leaving.takes(leg)) {
    leg?.hangUp();
    leaving.failed();
    return;
  }
  const staying = deps.registry.get(leaving.remaining.id);
  if (staying) standAlone(staying);
  other.leg.hangUp({ by: 'local', reason: 'hangup' });
}
