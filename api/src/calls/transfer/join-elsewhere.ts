import { dialogMark } from '@hookswitch/media/port/dialog-mark';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { HandOver } from '../../scripting/index.js';
import type { ActiveCall } from '../active-call.js';
import { OwnerUnreachableError } from '../call-errors.js';
import type { CallsDeps } from '../calls-deps.js';
import { standAlone } from './stand-alone.js';

export const joinTransferCommand = 'call.join-transfer.v1';

/** The other node's leg must be there within this, milliseconds. */
const comingMs = 5_000;

/** A call of the transferor that another node has. */
export interface JoinTransfer {
  readonly accountId: string;
  /** Call-ID of the dialog that Replaces names. */
  readonly sipCallId: string;
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
 * Joins whom the transferor talks to here with whom it talks to on another node: a SIP leg between the nodes takes the transferor's place on both. Answers the
 * status that the transferor is told.
 */
export async function joinElsewhere(
  transferor: ActiveCall,
  handOver: HandOver,
  value: string,
  otherNodeId: string,
  { commands, engine, newId, logger }: CallsDeps,
): Promise<number> {
  const sipCallId = value.split(';')[0]!.trim();
  const request: JoinTransfer = { accountId: transferor.accountId, sipCallId };
  let invitation: JoinInvitation;
  try {
    invitation = (await commands.send(otherNodeId, { type: joinTransferCommand, request })) as JoinInvitation;
  } catch (error) {
    logger.warn({ err: error, otherNodeId }, 'A transfer to a call of another node came to nothing.');
    return error instanceof OwnerUnreachableError ? 408 : 603;
  }
  if ('status' in invitation) return invitation.status;
  const bridge = engine.dial({
    callId: newId('CA'),
    target: { kind: 'sip', uri: invitation.uri, inside: true },
    from: 'transfer',
    ringTimeoutMs: comingMs,
  });
  if (!(await answered(bridge))) return 603;
  if (handOver.takes(bridge)) return 200;
  bridge.hangUp();
  return 487;
}

/** The other node's half: gives the transferor's place in its call here to the leg that comes. */
export async function expectJoined({ accountId, sipCallId }: JoinTransfer, deps: CallsDeps): Promise<JoinInvitation> {
  const other = [...deps.registry.all()].find(
    (call) => call.accountId === accountId && call.leg.facts.sipCallId === sipCallId,
  );
  const address = deps.innerAddress();
  if (!other || address === undefined) return { status: 481 };
  const leaving = other.talk?.handOver(other.leg);
  if (!leaving) return { status: 603 };
  const { user, leg: coming } = deps.engine.expect(deps.newId('CA'), comingMs);
  const join = async () => {
    const leg = await coming;
    await leg?.answer();
    if (!leg || leg.status === 'ended' || !leaving.takes(leg)) {
      leg?.hangUp();
      leaving.failed();
      return;
    }
    const staying = deps.registry.get(leaving.remaining.id);
    if (staying) standAlone(staying);
    other.leg.hangUp({ by: 'local', reason: 'hangup' });
  };
  join().catch((error: unknown) => {
    leaving.failed();
    deps.logger.warn({ err: error, callId: other.id }, 'A transfer from another node came to nothing.');
  });
  const [transport, ...host] = address.split(':');
  return { uri: `sip:${user}@${host.join(':')};transport=${transport}` };
}

function answered(leg: LiveCall): Promise<boolean> {
  if (leg.status === 'answered' || leg.status === 'ended') return Promise.resolve(leg.status === 'answered');
  return new Promise((resolve) => {
    leg.events.once('answered', () => resolve(true));
    leg.events.once('ended', () => resolve(false));
  });
}
