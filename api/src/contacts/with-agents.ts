import type { Schema } from '@hookswitch/openapi/operations';
import type { AgentDirectory } from '../agents/index.js';

/** A contact with who its agents are: their e-mail addresses and staff numbers as they are now. */
export async function withAgents(
  contact: Schema<'Contact'>,
  agents: Pick<AgentDirectory, 'get'>,
): Promise<Schema<'Contact'>> {
  const participants = await Promise.all(
    contact.participants.map(async (participant) => {
      const { agentId } = participant;
      const agent = agentId === null ? undefined : await agents.get(contact.accountId, agentId);
      return { ...participant, agentEmail: agent?.email ?? null, staffNumber: agent?.staffNumber ?? null };
    }),
  );
  return { ...contact, participants };
}
