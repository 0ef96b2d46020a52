import { expect, it } from 'vitest';
import { MemoryTenantCollection } from '../../store/memory-tenant-collection.js';
import { liveAgent } from '../live-records.fixture.js';
import { pruneStatusHistory } from './prune-status-history.js';
import { statusChangeCollection, statusChangeRecord } from './status-change-record.js';

it('the status history forgets what is older, but for the last change of each agent and what is not told', async () => {
  const store = new MemoryTenantCollection(statusChangeCollection);
  const day = 86_400_000;
  const keep = async (agentId: string, number: number, at: number, untold = false) => {
    const agent = liveAgent(agentId);
    const lastChange = { ...agent.lastChange, number, at };
    await store.insert({ ...statusChangeRecord({ ...agent, lastChange }, number), untold });
  };
  for (let number = 1; number <= 250; number++) await keep('A1', number, number);
  await keep('A1', 251, 9 * day);
  for (let number = 1; number <= 150; number++) await keep('A2', number, number, number === 7);
  const before = new Date(5 * day).toISOString();
  expect(await pruneStatusHistory(store, before)).toBe(250 + 148);
  const left = async (agentId: string) =>
    (await store.list('AC1', { where: { agentId } })).items.map(({ sequence }) => sequence);
  expect(await left('A1')).toEqual([251]);
  expect(await left('A2')).toEqual([150, 7]);
  expect(await pruneStatusHistory(store, before)).toBe(0);
});
