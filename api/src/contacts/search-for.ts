import { isAvailable } from '../acd/index.js';
import type { LiveAgent } from '../acd/live-records.js';
import type { ContactTarget } from './contact-control.js';
import type { ContactDeps } from './contact-deps.js';
import {
  AgentUnavailableError,
  mostTalkers,
  mostTransfers,
  SkillGroupNotFoundError,
  TooManyParticipantsError,
  TooManyTransfersError,
} from './contact-errors.js';
import type { ContactSession } from './contact-session.js';
import type { LiveQueue } from './live-queue.js';
import type { Party, Search, SearchTarget } from './state/visit.js';

/** @throws TooManyTransfersError, TooManyParticipantsError where nobody more may be looked for */
export function checkRoom(purpose: Exclude<Search['purpose'], 'serve'>, { id, visit }: ContactSession): void {
  const { contact, parties, searches } = visit;
  if (contact.participants.filter(({ transferFrom }) => transferFrom !== undefined).length >= mostTransfers) {
    throw new TooManyTransfersError(id);
  }
  const talkers = parties.filter(({ role, state }) => role !== 'supervisor' && state !== 'ringing').length;
  if (purpose !== 'transfer' && talkers + searches.length >= mostTalkers) throw new TooManyParticipantsError(id);
}

/**
 * Whom a transfer, a consultation or an invitation looks for, once it is clear that somebody can be found.
 * @throws AgentUnavailableError, SkillGroupNotFoundError
 */
export async function searchFor(
  purpose: Exclude<Search['purpose'], 'serve'>,
  to: ContactTarget,
  by: Party,
  session: ContactSession,
  queue: LiveQueue,
  deps: ContactDeps,
): Promise<Search> {
  return {
    id: deps.newId('QE'),
    fallbackId: deps.newId('QE'),
    purpose,
    target: await targetOf(to, session.family.accountId, queue, deps),
    enqueuedAt: deps.clock.now(),
    priority: transferPriority,
    by: by.sequence,
  };
}

/** Who was in a talk already goes before those who wait for their first. */
const transferPriority = 50;

function whatItIs(agent: LiveAgent | undefined): string {
  if (agent?.status !== 'free') return agent?.status ?? 'offline';
  return agent.unreachable ? 'without a phone that can be reached' : 'being asked to take another call';
}

async function targetOf(
  to: ContactTarget,
  accountId: string,
  queue: LiveQueue,
  deps: ContactDeps,
): Promise<SearchTarget> {
  switch (to.type) {
    case 'group': {
      const { skillGroupId } = to;
      if (!(await deps.skillGroups.get(accountId, skillGroupId))) throw new SkillGroupNotFoundError(skillGroupId);
      if (!queue.hasSeat(skillGroupId)) throw new AgentUnavailableError(`Nobody of ${skillGroupId} is at work.`);
      return { kind: 'group', skillGroupId, preferredAgentIds: [] };
    }
    case 'agent': {
      const agent = queue.agent(to.agentId);
      if (!agent || !isAvailable(agent)) throw new AgentUnavailableError(`${to.agentId} is ${whatItIs(agent)} now.`);
      return { kind: 'agents', agentIds: [to.agentId] };
    }
    case 'number':
      return { kind: 'number', number: to.number, ...(to.callerId === undefined ? {} : { callerId: to.callerId }) };
  }
}
