import type { LoginDeps } from '@hookswitch/api/agent-login/index';
import { tellSessionsEnded } from '@hookswitch/api/event-streams/index';
import type { Backing } from './backing.js';
import type { Features } from './features.js';

/** What follows the end of sessions: their clients are closed, and an agent whose last session ended goes offline (after a call that it is in). */
export function composeSessionsEnded(
  { clock, logger, eventStreams }: Pick<Backing, 'clock' | 'logger' | 'eventStreams'>,
  { people, acd }: Pick<Features, 'people' | 'acd'>,
): LoginDeps['sessionsEnded'] {
  return async (ended) => {
    await tellSessionsEnded(eventStreams, ended, clock.now());
    const agents = new Map(ended.map(({ accountId, agentId }) => [agentId, accountId]));
    for (const [agentId, accountId] of agents) {
      try {
        const { items } = await people.sessions.list(accountId, { where: { agentId }, limit: 100 });
        if (items.some((session) => session.ended === undefined && session.expiresAt > clock.now())) continue;
        await acd.atWork.goOffline(accountId, agentId, 'loggedOut', { by: 'agent', byId: agentId });
      } catch (error) {
        // The log-out stands; a client that is gone brings its agent offline after the grace.
        logger.warn({ err: error, accountId, agentId }, 'an agent who logged out could not be brought offline');
      }
    }
  };
}
