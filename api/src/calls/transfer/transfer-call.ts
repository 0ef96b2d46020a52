import type { TransferRequest } from '@hookswitch/media/port/transfer';
import type { HandOver } from '../../scripting/index.js';
import type { ActiveCall } from '../active-call.js';
import type { CallsDeps } from '../calls-deps.js';
import { noteOn } from '../note-on.js';
import { isOfContact } from './is-of-contact.js';
import { joinElsewhere, nodeOfReplaces } from './join-elsewhere.js';
import { joinTransferred } from './join-transferred.js';
import { ringTransferTarget } from './ring-transfer-target.js';
import { standAlone } from './stand-alone.js';
import { transferInContact } from './transfer-in-contact.js';

/** Does what a phone asks for that presses "transfer" (REFER, RFC 3515). Rules: docs/decisions/0014. */
export function transferCall(active: ActiveCall, request: TransferRequest, deps: CallsDeps): void {
  deps.registry
    .during(() => transfer(active, request, deps))
    .catch((error: unknown) => {
      active.logger.error({ err: error }, 'A transfer broke.');
      request.refuse(500);
      request.progress(500);
    });
}

async function transfer(active: ActiveCall, request: TransferRequest, deps: CallsDeps): Promise<void> {
  const note = (summary: string) => noteOn(active, deps.timeline)({ kind: 'event', summary });
  const refuse = (why: string) => {
    note(`transfer to ${request.to.uri} refused: ${why}`);
    request.refuse(603);
  };
  if (!(await mayTransfer(active, deps))) return refuse('whoever is at the far end may not transfer calls');
  if (deps.handOnCustomer && isOfContact(active)) return transferInContact(active, request, deps.handOnCustomer, deps);
  const handOver = active.talk?.handOver(active.leg);
  if (!handOver) return refuse('the call has nobody in it who could be handed on');
  request.accept();
  note(`transfer to ${request.to.uri} asked for by the far end`);
  const remaining = deps.registry.get(handOver.remaining.id);
  const takeBack = remaining && standAlone(remaining);
  const status = await handOn(active, handOver, request, deps);
  if (status >= 300) {
    handOver.failed();
    takeBack?.();
  }
  note(status < 300 ? 'transferred' : `the transfer came to nothing (SIP ${status})`);
  request.progress(status);
  if (status < 300) active.leg.hangUp({ by: 'local', reason: 'hangup' });
}

/** Answers the status that the transferor is told. */
async function handOn(
  active: ActiveCall,
  handOver: HandOver,
  request: TransferRequest,
  deps: CallsDeps,
): Promise<number> {
  const { replaces, isOurs } = request.to;
  if (replaces === undefined) return ringTransferTarget(active, handOver, request, deps);
  const nodeId = await nodeOfReplaces(replaces, deps);
  if (nodeId !== undefined) return joinElsewhere(active, handOver, request, { nodeId, replaces }, deps);
  const named = deps.engine.legNamed(replaces);
  if ('leg' in named) return joinTransferred(active, handOver, named.leg, request, deps);
  if (isOurs || named.status !== 481) return named.status;
  return ringTransferTarget(active, handOver, request, deps);
}

/** A phone of the account may; what is behind a trunk may where the trunk says so; nobody else: what they ask for is at our cost. */
async function mayTransfer({ call }: ActiveCall, deps: CallsDeps): Promise<boolean> {
  if (call.endpointId !== undefined) return true;
  return call.trunkId !== undefined && deps.routing.mayTransfer(call.trunkId);
}
