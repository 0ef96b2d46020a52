import { pii } from '@hookswitch/kernel/pii';
import type { IncomingCall } from '@hookswitch/media/port/call-engine';
import type { Diversion } from '@hookswitch/media/port/diversion';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { CallScript } from '../call-records/call.js';
import type { CallInContact } from '../call-records/call-in-contact.js';
import type { NewCall } from '../call-records/call-store.js';
import { callEvent } from '../call-records/index.js';
import { ActiveCall } from './active-call.js';
import { CallLimitError } from './call-errors.js';
import { CallScripts } from './call-scripts.js';
import type { CallsDeps } from './calls-deps.js';
import { followLeg } from './follow-leg.js';
import { openGate } from './inbound-gate.js';
import type { InboundRoute } from './routing/call-routing.js';
import { recordRefusedCall } from './start-outbound-leg.js';
import { replaceLeg } from './transfer/replace-leg.js';

/** A caller hears ringing where the script has not answered by then. */
const ringAfterMs = 300;

/** Why an incoming call is refused, and how. */
interface Refusal {
  readonly status: number;
  readonly why: string;
  readonly retryAfterSeconds?: number;
}

/**
 * Takes an incoming call: finds out whose it is, keeps the caps, stores it as `ringing` with `call.initiated`, and runs its script. A call that is refused
 * here leaves no record, but for one that the contact centre keeps out.
 */
export async function acceptInboundCall(incoming: IncomingCall, deps: CallsDeps): Promise<void> {
  await deps.registry.during(async () => {
    if (incoming.replaces) return replaceLeg(incoming, incoming.replaces, deps);
    const admitted = await admit(incoming, deps);
    if ('status' in admitted) return refuse(incoming, admitted, deps);
    const { route, script: own, release } = admitted;
    const call = newInboundCall(incoming, route, own, deps);
    const { gate = openGate } = deps;
    try {
      const kept = await gate.keepsOut(call);
      if (kept) return await keepOut(incoming, call, kept, release, deps);
      const leg = incoming.accept(call.id);
      const stored = deps.store.insert(call, [callEvent('call.initiated', call)]);
      const active = new ActiveCall({
        call,
        stored,
        leg,
        store: deps.store,
        clock: deps.clock,
        logger: deps.logger,
        signingSecrets: route.application?.signingSecrets ?? route.account.signingSecrets,
        release,
        ...(route.callerId === undefined ? {} : { callerId: route.callerId }),
        ...(route.passedOn === undefined ? {} : { passedOn: route.passedOn }),
      });
      active.scripts = new CallScripts(active, deps.childrenOf(active), deps);
      deps.registry.add(active);
      followLeg(active, deps);
      if (leg.status === 'ringing') active.timers.after(ringAfterMs, () => leg.ring());
      await stored.catch((error: unknown) => {
        leg.reject(503, { retryAfterSeconds: 5 });
        throw error;
      });
      const script = await gate.scriptFor(call, own, (inContact) => {
        active.inContact = inContact;
      });
      if (isUp(leg)) active.scripts.start(script);
    } catch (error) {
      release();
      deps.logger.error({ err: error, callId: call.id }, 'An incoming call could not be taken.');
    }
  });
}

/** Refuses a caller whom the account does not want to hear, as a callee would who declines. */
async function keepOut(
  incoming: IncomingCall,
  call: NewCall,
  inContact: CallInContact,
  release: () => void,
  deps: CallsDeps,
): Promise<void> {
  release();
  refuse(incoming, { status: keptOutStatus, why: 'the caller is on the blacklist' }, deps);
  await recordRefusedCall(
    call,
    { result: 'failed', by: 'system', reason: 'denied', sip: keptOutStatus },
    deps,
    inContact,
  );
}

const keptOutStatus = 603;

function isUp(leg: LiveCall): boolean {
  return leg.status !== 'ended';
}

async function admit(
  incoming: IncomingCall,
  deps: CallsDeps,
): Promise<Refusal | { route: InboundRoute; script: CallScript; release: () => void }> {
  if (deps.refusesIncoming()) return { status: 503, why: 'the node is drained', retryAfterSeconds: 5 };
  try {
    const route = await deps.routing.routeInbound(incoming);
    if (!route) return { status: 404, why: 'nobody has that number' };
    if (route.account.status === 'suspended') return { status: 403, why: 'the account is suspended' };
    const script = route.script ?? route.application?.script;
    if (!script) {
      const status = route.endpointId === undefined ? 404 : 403;
      return { status, why: 'the number or endpoint has neither application nor flow' };
    }
    const { account, trunk } = route;
    return { route, script, release: deps.admission.enter({ direction: 'inbound', account, trunk }) };
  } catch (error) {
    if (error instanceof CallLimitError) return refusalFor(error);
    deps.logger.error({ err: error }, 'An incoming call could not be routed.');
    return { status: 503, why: 'routing failed', retryAfterSeconds: 5 };
  }
}

/** Somebody who has all his calls up is busy; too many calls at once are told to come back. */
function refusalFor(error: CallLimitError): Refusal {
  const busy = error.limit === 'concurrent-calls-limit' || error.limit === 'trunk-concurrent-calls-limit';
  return busy
    ? { status: 486, why: error.limit }
    : { status: 503, why: error.limit, retryAfterSeconds: error.retryAfterSeconds ?? 1 };
}

function refuse(incoming: IncomingCall, { status, why, retryAfterSeconds }: Refusal, deps: CallsDeps): void {
  const { source, facts } = incoming;
  deps.logger.info({ source, from: pii(facts.from), to: pii(facts.to), status, why }, 'An incoming call was refused.');
  incoming.refuse(status, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
}

function forwarded(last: Diversion | undefined): Pick<NewCall, 'forwardedFrom' | 'forwardingReason'> {
  return last ? { forwardedFrom: last.user, forwardingReason: last.reason } : {};
}

function newInboundCall(
  { source, facts }: IncomingCall,
  route: InboundRoute,
  script: CallScript,
  deps: CallsDeps,
): NewCall {
  const { application } = route;
  const now = deps.clock.now();
  return {
    id: deps.newId('CA'),
    accountId: route.account.id,
    contactId: deps.newId('CN'),
    direction: 'inbound',
    from: route.from,
    to: route.to,
    ...(facts.fromDisplayName === undefined ? {} : { fromDisplayName: facts.fromDisplayName }),
    ...forwarded(route.passedOn?.diversions[0]),
    status: 'ringing',
    ...(source.kind === 'trunk' ? { trunkId: source.id } : { endpointId: source.id }),
    ...(route.numberId === undefined ? {} : { numberId: route.numberId }),
    ...(application === undefined ? {} : { applicationId: application.id }),
    script,
    scriptRevision: 0,
    ...(application?.statusCallbackUrl === undefined ? {} : { statusCallbackUrl: application.statusCallbackUrl }),
    nodeId: deps.nodeId,
    sipCallId: facts.sipCallId,
    createdAt: now,
    ringingAt: now,
    tags: {},
    recordingIds: [],
  };
}
