import type { Clock } from '@hookswitch/kernel/clock';
import { agentAfterLoss, nextAgent } from '../agent-state.js';
import { decideAndCommit } from '../decide-and-commit.js';
import type { LiveCentreStore } from '../live-centre-store.js';
import type { LiveAgent } from '../live-records.js';

/** The owner of a call says itself, sooner than this, that its agent is still in it, milliseconds. */
export const ownersSayMs = 5000;
const atOnce = 100;

export interface PutBackDeps {
  readonly store: LiveCentreStore;
  readonly clock: Clock;
  readonly failed: (error: unknown) => void;
}

/**
 * Has agents go on as they were before the store lost its data: nobody waits for an agent who believes to be free, and is offline. Whoever did something since then stays as it
 * is now; any process may do it, and several at once.
 *
 * @param isLatest whether no data was lost since: else what is known here is too old when owners have had their time
 */
export async function putBackAgents(
  { store, clock, failed }: PutBackDeps,
  accountId: string,
  known: readonly LiveAgent[],
  isLatest: () => boolean,
): Promise<void> {
  const put = (agent: LiveAgent) =>
    decideAndCommit(store, accountId, async () => {
      const after = agentAfterLoss(agent, await store.get(accountId, 'agent', agent.id), clock.now());
      return after && [{ put: after }];
    }).catch(failed);
  const inCall = known.filter(({ status }) => status === 'busy');
  const putBackInCall = () => {
    if (isLatest()) void inBatches(inCall.map(outOfCall(clock.now())), put);
  };
  if (inCall.length > 0) clock.after(ownersSayMs, putBackInCall);
  await inBatches(
    known.filter(({ status }) => status !== 'busy'),
    put,
  );
}

function outOfCall(at: number) {
  return (agent: LiveAgent): LiveAgent =>
    nextAgent(
      agent,
      { type: 'callEnded', contactId: agent.contactId ?? '', afterCallWorkSeconds: 0, why: 'callLost' },
      at,
    );
}

async function inBatches(agents: readonly LiveAgent[], put: (agent: LiveAgent) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < agents.length; from += atOnce)
    await Promise.all(agents.slice(from, from + atOnce).map(put));
}
