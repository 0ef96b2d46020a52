import { pii } from '@hookswitch/kernel/pii';
import type { IncomingCall } from '@hookswitch/media/port/call-engine';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import { callEvent, isFinal } from '../../call-records/index.js';
import type { ActiveCall } from '../active-call.js';
import type { CallsDeps } from '../calls-deps.js';
import { noteOn } from '../note-on.js';
import { isOfContact } from './is-of-contact.js';

/**
 * A call that asks to take a leg's place (Replaces, RFC 3891): who may do so gets it, and the call goes on under its own record, with its script, its recordings and whom it talks
 * to. To all others there is no such call (481).
 */
export async function replaceLeg(incoming: IncomingCall, leg: LiveCall, deps: CallsDeps): Promise<void> {
  const active = deps.registry.get(leg.id);
  const { source, facts } = incoming;
  if (!active || !(await mayTake(incoming, active, deps))) {
    deps.logger.info({ source, from: pii(facts.from) }, 'A call that named another in Replaces was refused.');
    incoming.refuse(481);
    return;
  }
  noteOn(active, deps.timeline)({ kind: 'event', summary: `taken over by ${facts.from} (INVITE with Replaces)` });
  await incoming.takePlace();
  await active.change((call) => {
    if (isFinal(call.status)) return undefined;
    const set = { sipCallId: facts.sipCallId, ...sourceOf(incoming) };
    return { set, events: [callEvent('call.updated', { ...call, ...set }, ['sipCallId'])] };
  });
}

/** Phones of the call's own account, and whoever is behind the trunk that the call is on. What a contact has placed is taken by the same phone's line only. */
async function mayTake(incoming: IncomingCall, active: ActiveCall, deps: CallsDeps): Promise<boolean> {
  const { source } = incoming;
  const { call } = active;
  if (source.kind === 'trunk') return source.id === call.trunkId;
  if (isOfContact(active) && source.id !== call.endpointId) return false;
  const route = await deps.routing.routeInbound(incoming);
  return route?.account.id === call.accountId && route.account.status === 'active';
}

function sourceOf({ source }: IncomingCall): { endpointId?: string } {
  return source.kind === 'endpoint' ? { endpointId: source.id } : {};
}
