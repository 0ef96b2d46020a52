import type { ActiveCall } from '../calls/index.js';
import type { CallRecording } from '../recordings/call-recorder.js';
import type { CallQueue, JoinQueue, QueuedCall, QueueEnd } from '../scripting/index.js';
import type { SkillGroup } from '../skill-groups/index.js';
import type { ContactDeps } from './contact-deps.js';
import { ContactActNotPossibleError, SkillGroupNotFoundError } from './contact-errors.js';
import type { ContactSession } from './contact-session.js';
import { lastServedAgent } from './last-served.js';
import type { LiveQueue } from './live-queue.js';
import { takenAway } from './state/leaving.js';
import { stopWaiting, wantAgent } from './state/searching.js';
import { recorded } from './state/talking.js';
import type { QueueResult, SearchTarget } from './state/visit.js';

/** Finds or begins the session of a call's contact. */
export type SessionOf = (
  call: ActiveCall,
  request: JoinQueue,
) => Promise<{ session: ContactSession; queue: LiveQueue }>;

/** The contact centre's queues as the script of that call sees them. */
export function queueOfCall(call: ActiveCall, sessionOf: SessionOf, deps: ContactDeps): CallQueue {
  return {
    async join(request) {
      const target = await targetOf(call, request, deps);
      const { session, queue } = await sessionOf(call, request);
      if (session.scriptSide) throw new ContactActNotPossibleError(`${call.id} waits in a queue already.`);
      return new Wait(call, session, queue, request, target, deps);
    },
  };
}

async function targetOf({ call }: ActiveCall, request: JoinQueue, deps: ContactDeps): Promise<SearchTarget> {
  const { skillGroup, agentIds, preferredAgentIds } = request;
  const group = skillGroup === undefined ? undefined : await groupOf(call.accountId, skillGroup, deps);
  if (agentIds !== undefined) {
    return { kind: 'agents', agentIds, ...(group === undefined ? {} : { skillGroupId: group.id }) };
  }
  const served = group?.lastServedFirst ? await lastServedAgent(deps.contacts, call.accountId, call.from) : undefined;
  return {
    kind: 'group',
    skillGroupId: group!.id,
    preferredAgentIds,
    ...(served === undefined ? {} : { lastServedAgentId: served }),
  };
}

async function groupOf(accountId: string, idOrName: string, { skillGroups }: ContactDeps): Promise<SkillGroup> {
  const group =
    (await skillGroups.get(accountId, idOrName)) ?? (await skillGroups.findOne(accountId, { name: idOrName }));
  if (!group) throw new SkillGroupNotFoundError(idOrName);
  return group;
}

/** One wait, and the talk after it. */
class Wait implements QueuedCall {
  readonly contactId: string;
  readonly over: Promise<QueueEnd>;
  readonly #session: ContactSession;
  readonly #queue: LiveQueue;
  readonly #call: ActiveCall;
  readonly #request: JoinQueue;
  readonly #deps: ContactDeps;
  readonly #searchId: string;
  readonly #joinedAt: number;
  readonly #waiting = new AbortController();
  #takenAt: number | undefined;
  #recording: CallRecording | undefined;
  #resolve!: (end: QueueEnd) => void;

  constructor(
    call: ActiveCall,
    session: ContactSession,
    queue: LiveQueue,
    request: JoinQueue,
    target: SearchTarget,
    deps: ContactDeps,
  ) {
    this.contactId = session.id;
    this.#call = call;
    this.#session = session;
    this.#queue = queue;
    this.#request = request;
    this.#deps = deps;
    this.#searchId = deps.newId('QE');
    this.#joinedAt = deps.clock.now();
    this.over = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    session.scriptSide = {
      taken: (agent, signal) => this.#taken(agent, signal),
      over: (result, servedBy) => void this.#end(result, servedBy),
    };
    const { priority, onNoSeat } = request;
    session.act(
      wantAgent({ id: this.#searchId, purpose: 'serve', target, enqueuedAt: this.#joinedAt, priority, onNoSeat }),
    );
    // The customer hung up while the contact was made.
    if (!session.live) void this.#end('left', undefined);
  }

  get waiting(): AbortSignal {
    return this.#waiting.signal;
  }

  async standing() {
    const place = await this.#queue.placeOf(this.#searchId);
    if (!place) return { position: 1, size: 1 };
    const { position, size, expected } = place;
    const wait = expected === undefined ? {} : { expectedWaitSeconds: Math.ceil(expected.p90Ms / 1000) };
    return { position, size, ...wait };
  }

  async waitingSound() {
    return this.#session.sounds.waiting;
  }

  leave(result: 'left' | 'timeout'): void {
    this.#session.act(stopWaiting(this.#searchId, result));
  }

  abandon(): void {
    this.#session.act(takenAway());
  }

  async #taken(agent: Parameters<JoinQueue['welcome']>[0], signal: AbortSignal): Promise<void> {
    this.#takenAt = this.#deps.clock.now();
    this.#waiting.abort();
    await this.#record();
    await this.#request.welcome(agent, signal);
  }

  async #record(): Promise<void> {
    const { record } = this.#request;
    if (record === 'do-not-record') return;
    this.#recording = await this.#deps.recorder.start({
      accountId: this.#call.accountId,
      callId: this.#call.id,
      leg: this.#call.leg,
      source: 'DialVerb',
      channels: record.endsWith('-dual') ? 2 : 1,
      directions: 'both',
    });
    this.#session.act(recorded(this.#recording.id));
  }

  async #end(result: QueueResult, servedBy: number | undefined): Promise<void> {
    this.#session.scriptSide = undefined;
    this.#waiting.abort();
    const now = this.#deps.clock.now();
    const takenAt = this.#takenAt;
    const { participants } = this.#session.visit.contact;
    const last =
      participants.find(({ sequence }) => sequence === servedBy) ??
      participants.findLast(({ agentId, acceptedAt }) => agentId !== undefined && acceptedAt !== undefined);
    const seconds = (ms: number) => Math.round(ms / 1000);
    const recordingId = (await this.#recording?.stop())?.recordingId;
    this.#resolve({
      queueResult: takenAt === undefined ? result : 'connected',
      ...(takenAt === undefined || last?.agentId === undefined ? {} : { agentId: last.agentId }),
      waitSeconds: seconds((takenAt ?? now) - this.#joinedAt),
      talkSeconds: takenAt === undefined ? 0 : seconds(now - takenAt),
      ...(recordingId === undefined ? {} : { recordingId }),
    });
  }
}
