import type { Clock } from '@hookswitch/kernel/clock';
import type { LiveCentreStore } from '../acd/index.js';
import type { AgentDirectory } from '../agents/index.js';
import type { CallScript } from '../call-records/call.js';
import type { CentreSettings } from '../contact-centre/index.js';
import type { Contact, ContactStore } from '../contacts/index.js';

/** So many of the customer's newest contacts are looked at: some were refused before anybody was called. */
const contactsLookedAt = 20;
/** How long a preferred agent is asked before the number's own script runs, seconds. */
const preferredSeconds = 20;

interface MemoryDeps {
  readonly contacts: Pick<ContactStore, 'list'>;
  readonly agents: Pick<AgentDirectory, 'get'>;
  readonly live: Pick<LiveCentreStore, 'get'>;
  readonly clock: Clock;
}

/** The agent who called this customer last, within that time, and whether it could take a call now (OUTSET-06). */
export async function rememberedAgent(
  accountId: string,
  customer: string,
  withinMs: number,
  { contacts, agents, live, clock }: MemoryDeps,
): Promise<{ readonly agentId: string; readonly available: boolean } | undefined> {
  const filter = { direction: 'outbound', customer, startedFrom: clock.now() - withinMs } as const;
  const recent = await contacts.list(accountId, filter, { limit: contactsLookedAt });
  const agentId = recent.map(callerOf).find((id) => id !== undefined);
  if (agentId === undefined || !(await agents.get(accountId, agentId))) return undefined;
  const agent = await live.get(accountId, 'agent', agentId);
  return { agentId, available: agent?.status === 'free' && agent.offerId === undefined };
}

/** The agent who placed it, where the customer was really called. */
function callerOf({ participants }: Contact): string | undefined {
  const [customer, caller] = participants;
  return customer?.callId === undefined ? undefined : caller?.agentId;
}

/**
 * What a call back runs: the wait for the remembered agent alone (fixed), or that first and the number's own script after it (preferred). `end`: nobody else may take
 * it, and the agent cannot. Pure.
 */
export function callBackScript(
  { outboundMemory, outboundMemoryFailure }: Pick<CentreSettings, 'outboundMemory' | 'outboundMemoryFailure'>,
  { agentId, available }: { readonly agentId: string; readonly available: boolean },
  own: CallScript,
): CallScript | 'end' {
  if (outboundMemory === 'preferred') {
    if (!available) return own;
    const asked = { whenNoSeat: 'turnAway', timeout: preferredSeconds, timeoutGrace: 0, afterTalk: 'hangup' };
    return inline([{ verb: 'enqueue', agents: [agentId], ...asked }, ...verbsOf(own)]);
  }
  if (!available && outboundMemoryFailure === 'end') return 'end';
  return inline([{ verb: 'enqueue', agents: [agentId], whenNoSeat: 'wait' }]);
}

function inline(verbs: readonly unknown[]): CallScript {
  return { inline: JSON.stringify(verbs) };
}

function verbsOf({ url, inline: text, flow }: CallScript): readonly unknown[] {
  if (text !== undefined) return JSON.parse(text) as readonly unknown[];
  if (flow !== undefined) {
    const { flowId, version, variables } = flow;
    return [{ verb: 'flow', flowId, version, variables }];
  }
  return url === undefined ? [] : [{ verb: 'redirect', url }];
}
