import type { ContactDeps } from './contact-deps.js';
import { insist, keepInsisting } from './insist.js';
import type { LiveQueue } from './live-queue.js';

/** An agent whose part in a contact is over. */
export interface AfterTalk {
  readonly contactId: string;
  readonly agentId: string;
  /** Of its participant. */
  readonly sequence: number;
  /** Whether anybody was talked to: else there is no after-call work. */
  readonly talked: boolean;
}

/**
 * Lets an agent go: to after-call work, whose length is added to the record when it is over, however long after the contact that is. Resolves when the agent
 * has left the call; never rejects.
 */
export async function letAgentGo(
  { contactId, agentId, sequence, talked }: AfterTalk,
  queue: LiveQueue,
  deps: ContactDeps,
  hooks: { readonly completed: () => void; readonly settled: () => Promise<void> },
): Promise<void> {
  const { clock, contacts, logger } = deps;
  const failed = (error: unknown) => logger.warn({ err: error, contactId, agentId }, 'An agent could not be let go.');
  const release = () => queue.release(agentId, contactId, talked);
  if (await insist(clock, release, failed)) return noteAfterCallWork();
  void keepInsisting(clock, release, failed).then(noteAfterCallWork);

  async function noteAfterCallWork(): Promise<void> {
    const startedAt = clock.monotonic();
    const over = async (afterCallWorkMs: number) => {
      hooks.completed();
      await hooks.settled();
      const noted = () =>
        contacts.change(contactId, ({ participants }) => ({
          set: {
            participants: participants.map((each) =>
              each.sequence === sequence ? { ...each, afterCallWorkMs } : each,
            ),
          },
        }));
      await insist(clock, noted, failed);
    };
    const agent = queue.agent(agentId);
    if (agent && agent.status !== 'busy' && agent.status !== 'afterCallWork') return over(0);
    const stop = queue.watchAgent(agentId, (now) => {
      const stillIn = now?.status === 'busy' ? now.contactId === contactId : now?.status === 'afterCallWork';
      if (!now || (stillIn && now.lastChange.contactId === contactId)) return;
      stop();
      void over(clock.monotonic() - startedAt);
    });
  }
}
