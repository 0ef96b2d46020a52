import { BaseError } from '@hookswitch/kernel/base-error';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { Termination } from '@hookswitch/media/port/termination';
import type { ChildCall, ChildCalls, ChildDial } from '../scripting/index.js';
import type { ActiveCall } from './active-call.js';
import {
  CallerIdNotAllowedError,
  CallNotLiveError,
  DestinationNotAllowedError,
  InvalidCallRequestError,
  ShuttingDownError,
} from './call-errors.js';
import { runScript } from './call-scripts.js';
import type { NewCall } from './call-store.js';
import type { CallsDeps } from './calls-deps.js';
import { type Destination, mayDial, parseDestination } from './dialing-policy.js';
import { activeAccount, outboundBudget } from './outbound-checks.js';
import { recordRefusedCall, startOutboundLeg } from './start-outbound-leg.js';

/** The calls that the script of `parent` dials. They share its contact, its application and whoever is told of its events, and end with it. */
export function childCallsOf(parent: ActiveCall, deps: CallsDeps): ChildCalls {
  return {
    dial: (request) => deps.registry.during(() => placeChildCall(parent, request, deps)),
    connect: (a: LiveCall, b: LiveCall) => deps.engine.connect(a, b),
  };
}

async function placeChildCall(parent: ActiveCall, request: ChildDial, deps: CallsDeps): Promise<ChildCall> {
  if (deps.draining()) throw new ShuttingDownError();
  if (parent.leg.status === 'ended') throw new CallNotLiveError(parent.id);
  const call = newChildCall(parent, request, deps);
  try {
    const account = await activeAccount(parent.accountId, deps);
    const destination = destinationOf(request);
    await checkCallerId(call.from, parent, request, deps);
    if (!mayDial(destination, account)) throw new DestinationNotAllowedError(call.to);
    const { target } = request;
    const route = await deps.routing.routeOutbound({
      accountId: account.id,
      destination,
      from: call.from,
      ...(target.kind === 'number' && target.trunkId !== undefined ? { trunkId: target.trunkId } : {}),
      ...(target.kind === 'sip' && target.username !== undefined
        ? { credentials: { username: target.username, password: target.password ?? '' } }
        : {}),
    });
    const budget = await outboundBudget(account, deps);
    const release = deps.admission.enter({
      direction: 'outbound',
      account,
      trunk: route.trunk,
      minutesToday: budget.minutesToday,
    });
    const active = await startOutboundLeg(
      {
        call: {
          ...call,
          ...(route.trunk === undefined ? {} : { trunkId: route.trunk.id }),
          ...(route.endpointId === undefined ? {} : { endpointId: route.endpointId }),
          timeLimitSeconds: Math.min(request.timeLimitSeconds ?? deps.defaultTimeLimitSeconds, budget.secondsLeft),
        },
        route,
        ringTimeoutSeconds: request.ringTimeoutSeconds,
        headers: request.headers,
        signingSecrets: parent.signingSecrets,
        release,
        parent,
      },
      deps,
    );
    // The parent may have gone while we were storing.
    if (hasEnded(parent.leg)) active.leg.hangUp({ by: 'system', reason: 'hangup' });
    return childCall(active, deps);
  } catch (error) {
    if (error instanceof BaseError && refusals.has(error.kind)) {
      await recordRefusedCall(call, { result: 'failed', by: 'system', reason: reasonOf(error) }, deps);
    }
    throw error;
  }
}

const refusals: ReadonlySet<BaseError['kind']> = new Set(['forbidden', 'limit', 'conflict', 'invalid']);

function reasonOf(error: BaseError): Termination['reason'] {
  return error.kind === 'conflict' || error.kind === 'invalid' ? 'not-found' : 'denied';
}

function hasEnded(leg: LiveCall): boolean {
  return leg.status === 'ended';
}

function childCall(active: ActiveCall, deps: CallsDeps): ChildCall {
  const { leg } = active;
  const ended = new Promise<Termination>((resolve) => {
    leg.events.once('ended', resolve);
    if (leg.termination) resolve(leg.termination);
  });
  return {
    callId: active.id,
    leg,
    ended,
    runScript: async (script, signal) => {
      const location = 'url' in script ? script : { inline: JSON.stringify(script.verbs) };
      const end = await runScript(active, location, signal, deps.childrenOf(active), deps, true);
      return end.kind === 'left' && leg.status !== 'ended' ? 'left' : 'ended';
    },
  };
}

function destinationOf({ target }: ChildDial): Destination {
  if (target.kind === 'endpoint') return { kind: 'endpoint', endpoint: target.endpoint };
  const destination = parseDestination(target.kind === 'number' ? target.number : target.uri);
  if (destination?.kind === target.kind) return destination;
  throw new InvalidCallRequestError({ pointer: `/${target.kind}`, message: 'is neither a number nor a SIP URI' });
}

/** A caller id is one of the account's numbers, or passes on that of the call it belongs to. */
async function checkCallerId(from: string, parent: ActiveCall, { target }: ChildDial, deps: CallsDeps): Promise<void> {
  if (from === parent.call.from || from === parent.call.to || from === parent.callerId) return;
  if (target.kind === 'endpoint' && !from.startsWith('+')) return;
  if (!(await deps.routing.ownsNumber(parent.accountId, from))) throw new CallerIdNotAllowedError(from);
}

function newChildCall(parent: ActiveCall, request: ChildDial, deps: CallsDeps): NewCall {
  const { target } = request;
  const { contactId, from, fromDisplayName, applicationId, statusCallbackUrl } = parent.call;
  return {
    id: deps.newId('CA'),
    accountId: parent.accountId,
    contactId,
    parentCallId: parent.id,
    direction: 'outbound-dial',
    from: request.callerId ?? parent.callerId ?? from,
    to: target.kind === 'number' ? target.number : target.kind === 'sip' ? target.uri : target.endpoint,
    ...(fromDisplayName === undefined || request.callerId !== undefined ? {} : { fromDisplayName }),
    status: 'queued',
    ...(applicationId === undefined ? {} : { applicationId }),
    ...(statusCallbackUrl === undefined ? {} : { statusCallbackUrl }),
    scriptRevision: 0,
    nodeId: deps.nodeId,
    createdAt: deps.clock.now(),
    tags: {},
    recordingIds: [],
  };
}
