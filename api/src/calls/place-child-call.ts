import { BaseError } from '@hookswitch/kernel/base-error';
import type { Headers, LiveCall } from '@hookswitch/media/port/live-call';
import type { Termination } from '@hookswitch/media/port/termination';
import type { NewCall } from '../call-records/call-store.js';
import { type ChildCall, type ChildCalls, type ChildDial, Talk } from '../scripting/index.js';
import type { ActiveCall } from './active-call.js';
import {
  CallerIdNotAllowedError,
  CallNotLiveError,
  DestinationNotAllowedError,
  InvalidCallRequestError,
  ShuttingDownError,
} from './call-errors.js';
import { runScript } from './call-scripts.js';
import type { CallsDeps } from './calls-deps.js';
import { noteOn } from './note-on.js';
import { activeAccount, outboundBudget } from './outbound-checks.js';
import { type Destination, mayDial, parseDestination } from './routing/dialing-policy.js';
import { dialledIdentity, type PassedOnIdentity } from './routing/passed-on-identity.js';
import { recordRefusedCall, startOutboundLeg } from './start-outbound-leg.js';

/**
 * On whose behalf calls are placed: a call whose script dials, or a contact. They share its contact, its application and whoever is told of its events.
 */
export interface CallFamily {
  readonly accountId: string;
  readonly contactId: string;
  /** What calls show that name no caller id; any of these may be shown, besides the account's own numbers. */
  readonly callerIds: readonly string[];
  readonly fromDisplayName?: string;
  /** What they may be told of who calls. */
  readonly passedOn?: PassedOnIdentity;
  /** The number of ours that was called. */
  readonly divertingNumber?: string;
  readonly parentCallId?: string;
  readonly applicationId?: string;
  readonly statusCallbackUrl?: string;
  readonly signingSecrets: readonly string[];
}

/** The family of a call: what it dials shows its caller. */
export function familyOf({ id, accountId, call, callerId, passedOn, signingSecrets }: ActiveCall): CallFamily {
  const { contactId, from, to, numberId, fromDisplayName, applicationId, statusCallbackUrl } = call;
  return {
    accountId,
    contactId,
    callerIds: [...(callerId === undefined ? [] : [callerId]), from, to],
    parentCallId: id,
    signingSecrets,
    ...(fromDisplayName === undefined ? {} : { fromDisplayName }),
    ...(passedOn === undefined ? {} : { passedOn }),
    ...(numberId === undefined ? {} : { divertingNumber: to }),
    ...(applicationId === undefined ? {} : { applicationId }),
    ...(statusCallbackUrl === undefined ? {} : { statusCallbackUrl }),
  };
}

/** The calls that the script of `parent` dials. They end with it. */
export function childCallsOf(parent: ActiveCall, deps: CallsDeps): ChildCalls {
  return {
    async dial(request) {
      if (parent.leg.status === 'ended') throw new CallNotLiveError(parent.id);
      return placeFamilyCall(familyOf(parent), request, deps, parent);
    },
    connect: (a: LiveCall, b: LiveCall) => deps.engine.connect(a, b),
    legOf(callId) {
      const other = deps.registry.get(callId);
      return other?.accountId === parent.accountId ? other.leg : undefined;
    },
    talk(call, other) {
      const talk = new Talk((a, b) => deps.engine.connect(a, b), call, other);
      for (const { id } of [call, other]) {
        const active = deps.registry.get(id);
        if (active) active.talk = talk;
      }
      return talk.watch(call);
    },
    resumedTalk: (call) => deps.registry.get(call.id)?.talk?.watch(call),
  };
}

/** Places a call on behalf of that family; it ends with `parent`, where one is given. Resolves when it is dialled. */
export function placeFamilyCall(
  family: CallFamily,
  request: ChildDial,
  deps: CallsDeps,
  parent?: ActiveCall,
): Promise<ChildCall> {
  return deps.registry.during(() => place(family, request, deps, parent));
}

async function place(
  family: CallFamily,
  request: ChildDial,
  deps: CallsDeps,
  parent: ActiveCall | undefined,
): Promise<ChildCall> {
  if (deps.ending()) throw new ShuttingDownError();
  const call = newFamilyCall(family, request, deps);
  try {
    const account = await activeAccount(family.accountId, deps);
    const destination = destinationOf(request);
    await checkCallerId(call.from, family, request, deps);
    if (!mayDial(destination, account)) throw new DestinationNotAllowedError(call.to);
    const { target } = request;
    const { hidden, ...identity } = dialledIdentity({
      from: call.from,
      ownCallerId: call.from !== family.callerIds[0],
      privacy: request.callerIdPrivacy ?? 'none',
      passedOn: family.passedOn,
      divertingNumber: family.divertingNumber,
    });
    const route = await deps.routing.routeOutbound({
      accountId: account.id,
      destination,
      ...identity,
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
        hidden,
        ringTimeoutSeconds: request.ringTimeoutSeconds,
        headers: { ...userToUser(parent, request.headers), ...request.headers },
        transfer: request.transfer,
        signingSecrets: family.signingSecrets,
        release,
        ...(parent === undefined ? {} : { parent }),
      },
      deps,
    );
    // The parent may have gone while we were storing.
    if (parent && hasEnded(parent.leg)) active.leg.hangUp({ by: 'system', reason: 'hangup' });
    return childCall(active, deps);
  } catch (error) {
    if (error instanceof BaseError && refusals.has(error.kind)) {
      noteOn(call, deps.timeline)({ kind: 'error', summary: `not dialled: ${error.message}` });
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
      const end = await runScript(active, location, signal, deps.childrenOf(active), deps, { aside: 'whisper' });
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

/** A caller id is one of the account's numbers, or one of the family's. */
async function checkCallerId(from: string, family: CallFamily, { target }: ChildDial, deps: CallsDeps): Promise<void> {
  if (family.callerIds.includes(from)) return;
  if (target.kind === 'endpoint' && !from.startsWith('+')) return;
  if (!(await deps.routing.ownsNumber(family.accountId, from))) throw new CallerIdNotAllowedError(from);
}

/** What the caller's side sent for the called party goes on to it (RFC 7433), unless the script sends something of its own. */
function userToUser(parent: ActiveCall | undefined, own: Headers = {}): Headers {
  const value = parent?.leg.facts.headers['user-to-user'];
  const given = Object.keys(own).some((name) => name.toLowerCase() === 'user-to-user');
  return value === undefined || given ? {} : { 'User-to-User': value };
}

function newFamilyCall(family: CallFamily, request: ChildDial, deps: CallsDeps): NewCall {
  const { target } = request;
  const { callerIds, signingSecrets: _, passedOn: __, divertingNumber: ___, fromDisplayName, ...shared } = family;
  return {
    ...shared,
    id: deps.newId('CA'),
    ...(request.transfer ? { transferorCallId: request.transfer.transferorCallId } : {}),
    direction: 'outbound-dial',
    from: request.callerId ?? callerIds[0] ?? 'anonymous',
    to: target.kind === 'number' ? target.number : target.kind === 'sip' ? target.uri : target.endpoint,
    ...(fromDisplayName === undefined || request.callerId !== undefined ? {} : { fromDisplayName }),
    status: 'queued',
    scriptRevision: 0,
    nodeId: deps.nodeId,
    createdAt: deps.clock.now(),
    tags: {},
    recordingIds: [],
  };
}
