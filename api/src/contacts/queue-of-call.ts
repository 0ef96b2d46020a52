import type { ActiveCall } from '../calls/index.js';
import type { CallRecording } from '../recordings/call-recorder.js';
import type { CallQueue, JoinQueue, QueuedCall, QueuedFor, QueueEnd } from '../scripting/index.js';
import type { SkillGroup } from '../skill-groups/index.js';
import type { ContactDeps } from './contact-deps.js';
import { AgentUnavailableError, ContactActNotPossibleError, SkillGroupNotFoundError } from './contact-errors.js';
import type { ContactSession } from './contact-session.js';
import { flowContactOf } from './flow-contact.js';
import { lastServedAgent } from './last-served.js';
import type { LiveQueue } from './live-queue.js';
import { queuedWith } from './state/in-flow.js';
import { takenAway } from './state/leaving.js';
import { nobodyThere, stopWaiting, wantAgent, wantLine } from './state/searching.js';
import type { FormerEnd, FormerTalk } from './state/taken-up.js';
import { recorded } from './state/talking.js';
import type { QueueResult, SearchTarget } from './state/visit.js';
import type { Act } from './state/visit-draft.js';

/** What the queues of a call are made of. */
interface CentreOfCall {
  /** Finds or begins the session of a call's contact. */
  readonly sessionOf: (call: ActiveCall) => Promise<ContactSession>;
  /** The session that there is. */
  readonly known: (call: ActiveCall) => ContactSession | undefined;
  readonly queue: LiveQueue;
}

/** The contact centre as the script or the flow of that call sees it. */
export function queueOfCall(call: ActiveCall, { sessionOf, known, queue }: CentreOfCall, deps: ContactDeps): CallQueue {
  const formerTalk = async (request: Talk) => {
    const session = known(call);
    const stay = session?.script.formerStay;
    if (!session || !stay || stay.kind === 'waits') return undefined;
    if (stay.kind === 'talks') return new Wait(call, session, request, deps).goOn(stay);
    await session.start();
    return new Wait(call, session, request, deps).endsAs(stay);
  };
  const idleSession = async () => {
    const session = await sessionOf(call);
    await session.start();
    if (session.script.side) throw new ContactActNotPossibleError(`${call.id} waits in a queue already.`);
    const customer = session.visit.parties.find(({ role }) => role === 'customer');
    if (customer && customer.state !== 'scripted') throw new ContactActNotPossibleError(`${call.id} is in a talk.`);
    return session;
  };
  return {
    get goesOn() {
      return known(call)?.script.formerStay !== undefined;
    },
    contact: async () => flowContactOf(await sessionOf(call), deps),
    async hasSeat(whom) {
      const target = await targetOf(call, whom, deps);
      const session = await idleSession();
      const there = seatOf(target, queue);
      if (!there) session.act(nobodyThere(target.skillGroupId));
      return there;
    },
    async join(request) {
      const talk = await formerTalk(request);
      if (talk) return talk;
      const target = await targetOf(call, request, deps);
      const session = await idleSession();
      session.act(queuedWith(request.keys, request.uui));
      const wait = new Wait(call, session, request, deps);
      const { priority, onNoSeat } = request;
      return wait.begin(queue, (id, enqueuedAt) =>
        wantAgent({ id, purpose: 'serve', target, enqueuedAt, priority, onNoSeat }),
      );
    },
    async callOut({ number, callerNumberIds, ringSeconds, record }) {
      const talk = await formerTalk({ record, endsAfterTalk: false });
      if (talk) return talk;
      const shown = await deps.callerNumber(call.accountId, callerNumberIds);
      const callerId = shown === undefined ? {} : { callerId: shown };
      const target: SearchTarget = { kind: 'number', number, ringSeconds, ...callerId };
      const session = await idleSession();
      const wait = new Wait(call, session, { record, endsAfterTalk: false }, deps);
      return wait.begin(queue, (id, enqueuedAt) => wantLine({ id, purpose: 'serve', target, enqueuedAt, priority: 0 }));
    },
  };
}

type AgentTarget = Exclude<SearchTarget, { kind: 'number' }>;

async function targetOf({ call }: ActiveCall, request: QueuedFor, deps: ContactDeps): Promise<AgentTarget> {
  const { agentIds, preferredAgentIds, overflowSkillGroupIds } = request;
  const { accountId } = call;
  const group = await servingGroup(accountId, request, deps);
  if (agentIds !== undefined) {
    const known = await agentsNamed(accountId, agentIds, deps);
    if (known.length === 0) throw new AgentUnavailableError(`There is no agent ${agentIds.join(', ')}.`);
    return { kind: 'agents', agentIds: known, ...(group === undefined ? {} : { skillGroupId: group.id }) };
  }
  const customer = call.direction === 'inbound' ? call.from : call.to;
  const served = group?.lastServedFirst ? await lastServedAgent(deps.contacts, accountId, customer) : undefined;
  return {
    kind: 'group',
    skillGroupId: group!.id,
    preferredAgentIds: await agentsNamed(accountId, preferredAgentIds, deps),
    ...(overflowSkillGroupIds === undefined ? {} : { overflowSkillGroupIds }),
    ...(served === undefined ? {} : { lastServedAgentId: served }),
  };
}

async function servingGroup(
  accountId: string,
  { skillGroup, preferredSkillGroup }: QueuedFor,
  deps: ContactDeps,
): Promise<SkillGroup | undefined> {
  const preferred =
    preferredSkillGroup === undefined ? undefined : await findGroup(accountId, preferredSkillGroup, deps);
  if (preferred || skillGroup === undefined) return preferred;
  const group = await findGroup(accountId, skillGroup, deps);
  if (!group) throw new SkillGroupNotFoundError(skillGroup);
  return group;
}

async function findGroup(
  accountId: string,
  idOrName: string,
  { skillGroups }: ContactDeps,
): Promise<SkillGroup | undefined> {
  return (await skillGroups.get(accountId, idOrName)) ?? skillGroups.findOne(accountId, { name: idOrName });
}

/** The ids of agents, of whom some may be named by e-mail address or staff number instead; unknown ones are left out. */
async function agentsNamed(
  accountId: string,
  names: readonly string[],
  { agents }: ContactDeps,
): Promise<readonly string[]> {
  const idOf = async (name: string) => {
    if (/^AG[0-9a-f]*$/.test(name)) return name;
    const agent = name.includes('@') ? agents.byEmail(accountId, name) : agents.byStaffNumber(accountId, name);
    return (await agent)?.id;
  };
  const ids = await Promise.all(names.map(idOf));
  return ids.filter((id) => id !== undefined);
}

/** Whether anybody who could serve is online and not at rest. */
function seatOf(target: AgentTarget, queue: LiveQueue): boolean {
  if (target.kind === 'agents') return target.agentIds.some((id) => queue.isAtWork(id));
  const groups = [target.skillGroupId, ...(target.overflowSkillGroupIds ?? [])];
  return groups.some((id) => queue.hasSeat(id)) || target.preferredAgentIds.some((id) => queue.isAtWork(id));
}

/** What a wait comes to in the end. */
type Talk = Pick<JoinQueue, 'record' | 'endsAfterTalk'> & Partial<Pick<JoinQueue, 'welcome'>>;

/** One wait, and the talk after it. */
class Wait implements QueuedCall {
  readonly contactId: string;
  readonly over: Promise<QueueEnd>;
  readonly #session: ContactSession;
  readonly #call: ActiveCall;
  readonly #request: Talk;
  readonly #deps: ContactDeps;
  readonly #searchId: string;
  readonly #joinedAt: number;
  readonly #waiting = new AbortController();
  #queue: LiveQueue | undefined;
  #takenAt: number | undefined;
  #recording: CallRecording | undefined;
  #resolve!: (end: QueueEnd) => void;

  constructor(call: ActiveCall, session: ContactSession, request: Talk, deps: ContactDeps) {
    this.contactId = session.id;
    this.#call = call;
    this.#session = session;
    this.#request = request;
    this.#deps = deps;
    this.#searchId = deps.newId('QE');
    this.#joinedAt = session.script.formerStay?.joinedAt ?? session.now();
    this.over = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Looks for somebody. @param wanted the act that begins it, of the search's id and the time */
  begin(queue: LiveQueue, wanted: (searchId: string, at: number) => Act): this {
    this.#queue = queue;
    this.#isThere();
    this.#session.act(wanted(this.#searchId, this.#joinedAt));
    // The customer hung up while the contact was made.
    if (!this.#session.live) void this.#end('left', undefined);
    return this;
  }

  /** Goes on with a talk that an earlier process of this node lost hold of. */
  goOn({ takenAt, recordingId }: FormerTalk): this {
    this.#takenAt = takenAt;
    this.#waiting.abort();
    this.#recording = this.#deps.recorder.active(this.#call.id).find(({ id }) => id === recordingId);
    this.#isThere();
    return this;
  }

  /** Tells what came of a talk that was over when an earlier process was lost, before the script had gone on. */
  endsAs(end: FormerEnd): this {
    this.goOn(end);
    void this.#end(end.result, end.servedBy, end);
    return this;
  }

  #isThere(): void {
    this.#session.script.comes({
      taken: (agent, signal) => this.#taken(agent, signal),
      over: (result, servedBy) => void this.#end(result, servedBy),
      talk: () => this.#talk,
    });
  }

  get #talk(): FormerTalk | undefined {
    const recordingId = this.#recording?.id;
    if (this.#takenAt === undefined) return undefined;
    return { joinedAt: this.#joinedAt, takenAt: this.#takenAt, ...(recordingId === undefined ? {} : { recordingId }) };
  }

  get waiting(): AbortSignal {
    return this.#waiting.signal;
  }

  async standing() {
    const place = await this.#queue?.placeOf(this.#searchId);
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
    this.#takenAt = this.#session.now();
    this.#waiting.abort();
    await this.#record();
    await this.#request.welcome?.(agent, signal);
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

  async #end(result: QueueResult, servedBy: number | undefined, before?: FormerEnd): Promise<void> {
    const now = before?.endedAt ?? this.#session.now();
    const takenAt = this.#takenAt;
    this.#leaves({ result, endedAt: now, ...(servedBy === undefined ? {} : { servedBy }) });
    this.#waiting.abort();
    const { participants } = this.#session.visit.contact;
    const last =
      participants.find(({ sequence }) => sequence === servedBy) ??
      participants.findLast(({ agentId, acceptedAt }) => agentId !== undefined && acceptedAt !== undefined);
    const seconds = (ms: number) => Math.round(ms / 1000);
    const recordingId = (await this.#recording?.stop())?.recordingId ?? before?.recordingId;
    this.#resolve({
      queueResult: takenAt === undefined ? result : 'connected',
      ...(takenAt === undefined || last?.agentId === undefined ? {} : { agentId: last.agentId }),
      waitSeconds: seconds((takenAt ?? now) - this.#joinedAt),
      talkSeconds: takenAt === undefined ? 0 : seconds(now - takenAt),
      ...(recordingId === undefined ? {} : { recordingId }),
      ...this.#survey(takenAt !== undefined, now),
    });
  }

  /** Until the script has gone on, a later process needs to know what came of the talk. */
  #leaves(end: Omit<FormerEnd, keyof FormerTalk>): void {
    const talk = this.#talk;
    const at = this.#call.scripts?.standing;
    this.#session.script.leaves(() => (talk && this.#call.scripts?.standing === at ? { ...talk, ...end } : undefined));
  }

  /** Whoever the agent left is asked, where nothing else follows (OUTSET-05). */
  #survey(talked: boolean, endedAt: number): Pick<QueueEnd, 'surveyFlowId'> {
    const { visit, settings } = this.#session;
    const asked = talked && this.#request.endsAfterTalk && visit.contact.endedBy === 'agent' && this.#session.live;
    const rated = visit.contact.ratings?.some(({ at }) => at >= endedAt) ?? false;
    if (!asked || rated || settings?.inboundSurveyFlowId === undefined) return {};
    return { surveyFlowId: settings.inboundSurveyFlowId };
  }
}
