import type { AgentSignal } from './agent-signal.js';
import { newLiveAgent, nextAgent } from './agent-state.js';
import type { LiveAgent } from './live-records.js';
import { type EntryDraft, newQueueEntry } from './queue-entry-state.js';

/** An agent as stored, free since `at` unless `signals` make something else of it. */
export function liveAgent(id: string, given: Partial<LiveAgent> = {}, signals: readonly AgentSignal[] = []): LiveAgent {
  const profile = { skillGroups: [{ skillGroupId: 'SG1', priority: 3 }], reachableWithoutClient: true };
  const at = given.since ?? 0;
  let agent = newLiveAgent('AC1', id, profile, at);
  for (const signal of [online, ...signals]) agent = nextAgent(agent, signal, at);
  return { ...agent, revision: 1, ...given };
}

export function queueEntry(id: string, given: Partial<EntryDraft> & { revision?: number } = {}) {
  const draft = { id, accountId: 'AC1', contactId: `CN${id}`, callId: `CA${id}`, nodeId: 'n1', enqueuedAt: 0 };
  return { ...newQueueEntry({ ...draft, skillGroupId: 'SG1', ...given }), revision: given.revision ?? 1 };
}

export const online = { type: 'goOnline', statusOnline: 'free', by: 'agent' } as const satisfies AgentSignal;
