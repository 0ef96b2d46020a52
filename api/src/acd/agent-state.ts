import { AgentStatusNotAllowedError, OfferOverError, RestReasonUnknownError } from './acd-errors.js';
import type { AgentProfile, AgentSignal, Asker } from './agent-signal.js';
import type { AgentStatus, LiveAgent, LiveClient, StatusChange, StatusReason } from './live-records.js';

/*
 * ```
 *              goOnline                  offer → accept, placeCall, joinCall
 *  offline ──────────────▶ free, notReady, ───────────────────────────────▶ busy
 *     ▲                        rest          (offers: free only)              │ callEnded
 *     │ goOffline               ▲  ▲                                          ▼
 *     └─────────────────────────┘  └──────── endAfterCallWork ◀──── afterCallWork (0 s: at once)
 * ```
 * After-call work returns to the status before the call, unless another was asked for during it (`reserved`): then that one comes.
 */

/** In which statuses a signal may come, and how it is called where it may not. */
const allowed: Record<AgentSignal['type'], { readonly in: readonly AgentStatus[]; readonly to: string }> = {
  goOnline: any('go online'),
  ask: { in: ['free', 'notReady', 'rest', 'busy', 'afterCallWork'], to: 'change its status' },
  goOffline: any('go offline'),
  offer: { in: ['free'], to: 'be offered a call' },
  accept: { in: ['free'], to: 'take an offered call' },
  decline: any('refuse an offer'),
  withdraw: any('lose an offer'),
  miss: any('miss an offer'),
  notReached: any('miss an offer'),
  reachableAgain: any('be reachable'),
  placeCall: { in: ['free', 'notReady', 'rest', 'afterCallWork'], to: 'place a call' },
  joinCall: { in: ['free', 'notReady', 'rest', 'afterCallWork'], to: 'join a call' },
  resumeCall: any('go on with a call'),
  callEnded: any('end a call'),
  endAfterCallWork: { in: ['afterCallWork'], to: 'end after-call work' },
  continueAfterCallWork: { in: ['afterCallWork'], to: 'continue after-call work' },
  clientConnected: any('connect'),
  clientLost: any('lose a client'),
  profileChanged: any('be changed'),
};

/** An agent who was never online. */
export function newLiveAgent(accountId: string, id: string, profile: AgentProfile, at: number): LiveAgent {
  return {
    kind: 'agent',
    id,
    accountId,
    revision: 0,
    status: 'offline',
    since: at,
    idleSince: at,
    clients: [],
    ...profile,
    answered: { day: '', count: 0 },
    lastOfferedAt: 0,
    lastChange: { number: 0, from: 'offline', to: 'offline', by: 'system', why: 'loggedOut', at },
  };
}

/**
 * The agent after that signal, at the same revision (the commit raises it). The very same object where nothing changes: then there is nothing to commit.
 *
 * @throws AgentStatusNotAllowedError, RestReasonUnknownError, OfferOverError
 */
export function nextAgent(agent: LiveAgent, signal: AgentSignal, at: number): LiveAgent {
  const rule = allowed[signal.type];
  if (!rule.in.includes(agent.status)) {
    const hint = agent.status === 'offline' ? 'It has to go online first.' : undefined;
    throw new AgentStatusNotAllowedError(agent.id, agent.status, rule.to, hint);
  }
  const next = moveOn(agent, signal, at);
  const isThere = signal.type === 'clientConnected' ? next !== agent : signsOfLife.has(signal.type);
  return isThere ? without(next, 'unreachable') : next;
}

/** What tells that an agent who could not be reached may be so again. */
const signsOfLife: ReadonlySet<AgentSignal['type']> = new Set([
  'goOnline',
  'ask',
  'accept',
  'placeCall',
  'joinCall',
  'resumeCall',
  'profileChanged',
  'reachableAgain',
]);
/** A mobile that could not be reached is tried again after so long. */
const mobileAgainMs = 60_000;

/** Whether it may be offered a call now. */
export function isAvailable({ status, offerId, unreachable }: LiveAgent): boolean {
  return status === 'free' && offerId === undefined && unreachable === undefined;
}

function moveOn(agent: LiveAgent, signal: AgentSignal, at: number): LiveAgent {
  const rule = allowed[signal.type];
  switch (signal.type) {
    case 'goOnline': {
      if (agent.status !== 'offline') return agent;
      const online = moved(agent, signal.statusOnline, { ...asker(signal), why: 'wentOnline', at });
      return watched(without(online, 'withoutClientSince'), at);
    }
    case 'ask':
      return asked(agent, signal, at);
    case 'goOffline':
      if (agent.status === 'offline') return agent;
      if (agent.status === 'busy') return { ...agent, reserved: { status: 'offline' } };
      if (agent.offerId !== undefined) throw new AgentStatusNotAllowedError(agent.id, agent.status, 'go offline');
      return wentOffline(agent, signal, at);
    case 'offer':
      if (agent.offerId !== undefined) throw new AgentStatusNotAllowedError(agent.id, 'free', 'be offered two calls');
      if (agent.unreachable) throw new AgentStatusNotAllowedError(agent.id, 'free', rule.to, 'It cannot be reached.');
      return { ...agent, offerId: signal.offerId, lastOfferedAt: at };
    case 'accept':
      checkOffer(agent, signal.offerId);
      return {
        ...inCall(without(agent, 'offerId'), signal, 'answered', at),
        answered: { day: signal.day, count: (agent.answered.day === signal.day ? agent.answered.count : 0) + 1 },
      };
    case 'withdraw':
      return agent.offerId === signal.offerId ? without(agent, 'offerId') : agent;
    case 'decline':
      // Others are asked before it is asked again.
      return agent.offerId === signal.offerId ? { ...without(agent, 'offerId'), idleSince: at } : agent;
    case 'miss':
      return missed(agent, signal, at);
    case 'notReached': {
      if (agent.offerId !== signal.offerId) return agent;
      const until = agent.mobileRings ? { until: at + mobileAgainMs } : {};
      return { ...without(agent, 'offerId'), unreachable: { since: at, ...until } };
    }
    case 'reachableAgain':
      return agent;
    case 'placeCall':
    case 'joinCall': {
      const placing = signal.type === 'placeCall';
      if (agent.offerId !== undefined) throw new AgentStatusNotAllowedError(agent.id, agent.status, rule.to, ringing);
      return inCall(agent, signal, placing ? 'placedCall' : 'joinedCall', at);
    }
    case 'resumeCall':
      if (agent.offerId !== undefined) throw new AgentStatusNotAllowedError(agent.id, agent.status, rule.to, ringing);
      return agent.status === 'busy' ? agent : inCall(agent, signal, 'joinedCall', at);
    case 'callEnded':
      return callEnded(agent, signal, at);
    case 'endAfterCallWork':
      return returned(agent, { ...asker(signal), why: 'afterCallWorkEnded', at });
    case 'continueAfterCallWork':
      return agent.afterCallWorkUntil === undefined ? agent : without(agent, 'afterCallWorkUntil');
    case 'clientConnected':
      return clientConnected(agent, signal.client);
    case 'clientLost': {
      const clients = agent.clients.filter(({ id }) => id !== signal.clientId);
      return clients.length === agent.clients.length ? agent : watched({ ...agent, clients }, at);
    }
    case 'profileChanged':
      return watched({ ...agent, ...signal.profile }, at);
  }
}

/**
 * The agent after the live state lost its data: as it was known before, with the clients that have announced themselves since. Undefined where there is nothing to
 * put back: it was offline, or has done something since.
 */
export function agentAfterLoss(known: LiveAgent, now: LiveAgent | undefined, at: number): LiveAgent | undefined {
  if (known.status === 'offline' || known.status === 'busy' || (now && now.lastChange.number > 0)) return undefined;
  const { clients = [], revision = 0 } = now ?? {};
  return watched({ ...without(known, 'offerId', 'withoutClientSince'), revision, clients }, at);
}

/** When an agent whose clients are gone goes offline; undefined: it does not. In a call it stays. */
export function offlineAt(agent: LiveAgent, graceMs: number): number | undefined {
  const stays = agent.status === 'offline' || agent.status === 'busy' || agent.withoutClientSince === undefined;
  return stays ? undefined : agent.withoutClientSince + graceMs;
}

const ringing = 'A call rings for it: take or refuse that first.';
/** Connections beyond these push out the oldest: somebody opens streams and forgets them. */
const mostClients = 20;

function any(to: string) {
  return { in: ['free', 'notReady', 'rest', 'busy', 'afterCallWork', 'offline'], to } as const;
}

function asked(agent: LiveAgent, signal: AgentSignal & { type: 'ask' }, at: number): LiveAgent {
  const { status, restReason, restReasons } = signal;
  if (status === 'rest' && (restReason === undefined || !restReasons.includes(restReason))) {
    throw new RestReasonUnknownError(restReason, restReasons);
  }
  const wanted = status === 'rest' ? { status, restReason: restReason! } : { status };
  if (agent.status === 'busy') return { ...agent, reserved: wanted };
  if (agent.offerId !== undefined) {
    if (status === 'free') return agent;
    throw new AgentStatusNotAllowedError(agent.id, agent.status, 'change its status', ringing);
  }
  if (agent.status === status && agent.restReason === wanted.restReason) return agent;
  const change = { ...asker(signal), ...restOf(wanted), why: 'asked', at } as const;
  return moved(without(agent, 'before', 'reserved', 'afterCallWorkUntil'), status, change);
}

function missed(agent: LiveAgent, signal: AgentSignal & { type: 'miss' }, at: number): LiveAgent {
  if (agent.offerId !== signal.offerId) return agent;
  const left = { ...without(agent, 'offerId'), idleSince: at };
  if (signal.afterMissedOffer === 'free' || agent.status !== 'free') return left;
  return moved(left, 'rest', { by: 'system', why: 'missedOffer', restReason: 'missedOffer', at });
}

function inCall(
  agent: LiveAgent,
  { contactId, nodeId }: { readonly contactId: string; readonly nodeId: string },
  why: StatusReason,
  at: number,
): LiveAgent {
  const { status } = agent;
  const kept =
    status === 'free' || status === 'notReady' || status === 'rest' ? { status, ...restOf(agent) } : undefined;
  const busy = moved(without(agent, 'afterCallWorkUntil'), 'busy', { by: 'agent', why, contactId, at });
  return {
    ...busy,
    handlingSince: at,
    contactId,
    contactNodeId: nodeId,
    before: kept ?? agent.before ?? { status: 'free' },
  };
}

function callEnded(agent: LiveAgent, signal: AgentSignal & { type: 'callEnded' }, at: number): LiveAgent {
  if (agent.status !== 'busy' || agent.contactId !== signal.contactId) return agent;
  const { contactId, afterCallWorkSeconds, why = 'callEnded' } = signal;
  const left = without(agent, 'contactId', 'contactNodeId');
  if (afterCallWorkSeconds <= 0) return returned(left, { by: 'system', why, contactId, at });
  const working = moved(left, 'afterCallWork', { by: 'system', why, contactId, at });
  return { ...working, afterCallWorkUntil: at + afterCallWorkSeconds * 1000 };
}

/** To what was asked for during the call, else to the status before it. */
function returned(agent: LiveAgent, change: Change): LiveAgent {
  const { reserved, before = { status: 'free' } as const } = agent;
  const plain = without(agent, 'before', 'reserved', 'afterCallWorkUntil');
  if (!reserved) return moved(plain, before.status, { ...change, ...restOf(before) });
  return moved(plain, reserved.status, { ...change, ...restOf(reserved), why: 'reserved' });
}

function wentOffline(agent: LiveAgent, signal: AgentSignal & { type: 'goOffline' }, at: number): LiveAgent {
  const plain = without(agent, 'before', 'reserved', 'afterCallWorkUntil');
  return moved(plain, 'offline', { ...asker(signal), why: signal.why, at });
}

function clientConnected(agent: LiveAgent, client: LiveClient): LiveAgent {
  if (agent.clients.some(({ id, nodeId }) => id === client.id && nodeId === client.nodeId)) return agent;
  const others = agent.clients.filter(({ id }) => id !== client.id);
  return { ...without(agent, 'withoutClientSince'), clients: [...others, client].slice(-mostClients) };
}

/** With the time since when nothing of the agent's can be reached, where that is so. */
function watched(agent: LiveAgent, at: number): LiveAgent {
  if (agent.clients.length > 0 || agent.reachableWithoutClient) return without(agent, 'withoutClientSince');
  return agent.withoutClientSince === undefined ? { ...agent, withoutClientSince: at } : agent;
}

type Change = Omit<StatusChange, 'number' | 'from' | 'to'>;

/** The only place where a status changes. */
function moved(agent: LiveAgent, to: AgentStatus, change: Change): LiveAgent {
  const lastChange = { number: agent.lastChange.number + 1, from: agent.status, to, ...change };
  const left = to === 'busy' || to === 'afterCallWork' ? agent : handled(agent, change.at);
  const base = { ...without(left, 'restReason'), status: to, since: change.at, ...restOf(change), lastChange };
  return to === 'free' && agent.status !== 'free' ? { ...base, idleSince: change.at } : base;
}

/** It has done with a contact: what that took counts for a quarter of the mean. */
function handled(agent: LiveAgent, at: number): LiveAgent {
  const { handlingSince, handleMs } = agent;
  if (handlingSince === undefined) return agent;
  const took = at - handlingSince;
  return {
    ...without(agent, 'handlingSince'),
    handleMs: Math.round(handleMs === undefined ? took : (3 * handleMs + took) / 4),
  };
}

function restOf(from: { readonly restReason?: string }): { readonly restReason?: string } {
  return from.restReason === undefined ? {} : { restReason: from.restReason };
}

function asker({ by, byId }: Asker): Asker {
  return byId === undefined ? { by } : { by, byId };
}

function checkOffer(agent: LiveAgent, offerId: string): void {
  if (agent.offerId !== offerId) throw new OfferOverError(offerId);
}

function without<Key extends keyof LiveAgent>(agent: LiveAgent, ...keys: Key[]): LiveAgent {
  if (!keys.some((key) => key in agent)) return agent;
  const left = { ...agent };
  for (const key of keys) delete (left as Partial<LiveAgent>)[key];
  return left;
}
