import type { DialRequest } from '@hookswitch/media/port/call-engine';
import type { Headers } from '@hookswitch/media/port/live-call';
import type { Termination } from '@hookswitch/media/port/termination';
import type { CallInContact } from '../call-records/call-in-contact.js';
import type { NewCall } from '../call-records/call-store.js';
import { callEvent, finalChange } from '../call-records/index.js';
import type { TransferDial } from '../scripting/index.js';
import { ActiveCall } from './active-call.js';
import { logCallRefused } from './call-log.js';
import { CallScripts } from './call-scripts.js';
import type { CallsDeps } from './calls-deps.js';
import { closeStrayRecord } from './end-call.js';
import { followLeg } from './follow-leg.js';
import type { OutboundRoute } from './routing/call-routing.js';

/** An outbound call that passed every check. */
export interface OutboundLegStart {
  readonly call: NewCall;
  readonly route: OutboundRoute;
  /** Nobody is told who calls, but for a trunk that is told by P-Asserted-Identity. */
  readonly hidden?: boolean;
  readonly ringTimeoutSeconds: number;
  readonly headers?: Headers | undefined;
  readonly transfer?: TransferDial | undefined;
  readonly signingSecrets: readonly string[];
  readonly release: () => void;
  readonly parent?: ActiveCall;
}

/** Stores the call as `queued` with `call.initiated`, dials, and follows the leg. Rejects, with nothing left behind, where it cannot be stored. */
export async function startOutboundLeg(start: OutboundLegStart, deps: CallsDeps): Promise<ActiveCall> {
  const { call, route, parent, release } = start;
  try {
    const stored = await deps.store.insert(call, [callEvent('call.initiated', call)]);
    const leg = deps.engine.dial({
      callId: call.id,
      target: route.target,
      from: route.from,
      ...(start.hidden ? { hidden: true } : {}),
      ...(route.diversions === undefined ? {} : { diversions: route.diversions }),
      ...(call.fromDisplayName === undefined ? {} : { fromDisplayName: call.fromDisplayName }),
      ...(parent ? { maxForwards: hopsLeft(parent) } : {}),
      ringTimeoutMs: start.ringTimeoutSeconds * 1000,
      ...(start.headers === undefined ? {} : { headers: start.headers }),
      ...ofTransfer(start.transfer),
    });
    const active = new ActiveCall({
      call: stored,
      stored: Promise.resolve(stored),
      leg,
      store: deps.store,
      clock: deps.clock,
      logger: deps.logger,
      signingSecrets: start.signingSecrets,
      release,
      ...(parent ? { parent } : {}),
    });
    active.scripts = new CallScripts(active, deps.childrenOf(active), deps);
    parent?.children.add(active);
    deps.registry.add(active);
    followLeg(active, deps);
    return active;
  } catch (error) {
    release();
    const termination: Termination = { result: 'failed', by: 'system', reason: 'internal-error' };
    void deps.registry.during(() => closeStrayRecord(call.id, { termination, endedAt: deps.clock.now() }, deps));
    throw error;
  }
}

function ofTransfer(transfer: TransferDial | undefined): Partial<DialRequest> {
  if (!transfer) return {};
  const { transferorCallId: _, ...asked } = transfer;
  return asked;
}

/** The hops that a call dialled by another may take: it is one of the other's, as at a proxy (RFC 3261 16.6), so that calls in a circle end. */
function hopsLeft(parent: ActiveCall): number {
  return Math.max(0, (parent.leg.facts.maxForwards ?? 70) - 1);
}

/** Stores a call that is over before it began, because policy said no: its record, its events and its CDR in one write. */
export async function recordRefusedCall(
  call: NewCall,
  termination: Termination,
  deps: CallsDeps,
  inContact?: CallInContact,
): Promise<void> {
  const first = { ...call, sequence: 0, revision: 0, pendingEvents: [] };
  const { set, events } = finalChange(first, { termination, endedAt: deps.clock.now(), inContact }, deps.buildCdr)!;
  await deps.store.insert({ ...call, ...set }, [callEvent('call.initiated', call), ...events!]);
  logCallRefused({ ...first, ...set }, deps.logger);
}
