import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { beforeEach, describe, expect, it } from 'vitest';
import { memoryFlowStores } from '../../test-api/test-flows.fixture.js';
import type { Flow, FlowVersion } from '../flow.js';
import { FlowNotFoundError, FlowNotPublishedError } from '../flow-errors.js';
import { StoredFlowSource } from './stored-flow-source.js';

const record = { accountId: 'AC1', revision: 1, createdAt: '', updatedAt: '' };
const uses = { audioIds: [], flowIds: [], flowRefs: [], publishedBy: 'SK' };
const saying = (text: string) => ({
  nodes: [
    { id: 'start', kind: 'start', exits: { next: 'say' } },
    { id: 'say', kind: 'say', text, exits: { next: 'end' } },
    { id: 'end', kind: 'end' },
  ],
});

describe('where calls find what to run', () => {
  let clock: ManualClock;
  let stores: ReturnType<typeof memoryFlowStores>;
  let source: StoredFlowSource;
  beforeEach(async () => {
    clock = new ManualClock();
    stores = memoryFlowStores();
    source = new StoredFlowSource(stores, clock);
    await stores.flows.insert({ ...record, id: 'FL1', name: 'Main', description: '' });
  });

  async function publish(number: string, text: string, id = `FV${number}`): Promise<FlowVersion> {
    const version = { ...record, id, flowId: 'FL1', number, ...uses };
    await stores.flowDocuments.insert({ ...record, id, flowId: 'FL1', json: JSON.stringify(saying(text)) });
    await stores.flowVersions.insert(version);
    return version;
  }

  async function goLive(liveVersion: string): Promise<void> {
    const flow = (await stores.flows.get('AC1', 'FL1')) as Flow;
    await stores.flows.replace({ ...flow, liveVersion });
  }

  async function heard(version?: string): Promise<unknown> {
    const { flow } = await source.find('AC1', { flowId: 'FL1', ...(version !== undefined && { version }) });
    return flow.nodes.get('say');
  }

  it('gives the live version, parsed, or the one that is named', async () => {
    await publish('1.0', 'one');
    await publish('1.1', 'two');
    await goLive('1.1');
    expect(await source.find('AC1', { flowId: 'FL1' })).toMatchObject({ name: 'Main', version: '1.1' });
    expect(await heard()).toMatchObject({ text: 'two', plays: 1, language: 'en-US' });
    expect(await heard('1.0')).toMatchObject({ text: 'one' });
  });

  it('tells what there is not', async () => {
    await expect(source.find('AC1', { flowId: 'FL1' })).rejects.toThrow(FlowNotPublishedError);
    await expect(source.find('AC1', { flowId: 'FL1', version: '1.0' })).rejects.toThrow(FlowNotFoundError);
    await expect(source.find('AC1', { flowId: 'FL2' })).rejects.toThrow(FlowNotFoundError);
    await publish('1.0', 'one');
    await goLive('1.0');
    await expect(source.find('AC2', { flowId: 'FL1' })).rejects.toThrow(FlowNotFoundError);
  });

  it('goes by another live version a second later at most', async () => {
    await publish('1.0', 'one');
    await publish('1.1', 'two');
    await goLive('1.0');
    expect(await heard()).toMatchObject({ text: 'one' });
    await goLive('1.1');
    clock.advance(1000);
    expect(await heard()).toMatchObject({ text: 'two' });
  });

  it('parses a version once for all calls', async () => {
    await publish('1.0', 'one');
    await goLive('1.0');
    const [a, b] = await Promise.all([source.find('AC1', { flowId: 'FL1' }), source.find('AC1', { flowId: 'FL1' })]);
    clock.advance(60_000);
    await stores.flowDocuments.remove('AC1', 'FV1.0');
    const later = await source.find('AC1', { flowId: 'FL1' });
    expect([a.flow === b.flow, a.flow === later.flow]).toEqual([true, true]);
  });

  it('never gives the version before for one that was deleted and made anew under its number', async () => {
    const first = await publish('1.0', 'one');
    expect(await heard('1.0')).toMatchObject({ text: 'one' });
    await stores.flowVersions.remove('AC1', first.id);
    await publish('1.0', 'two', 'FVagain');
    clock.advance(1000);
    expect(await heard('1.0')).toMatchObject({ text: 'two' });
  });

  it('does not remember what it could not read', async () => {
    await publish('1.0', 'one');
    const stored = (await stores.flowDocuments.get('AC1', 'FV1.0'))!;
    const broken = await stores.flowDocuments.replace({ ...stored, json: '{"nodes":[{}]}' });
    await expect(source.find('AC1', { flowId: 'FL1', version: '1.0' })).rejects.toThrow('cannot be read');
    await stores.flowDocuments.replace({ ...broken, json: stored.json });
    expect(await heard('1.0')).toMatchObject({ text: 'one' });
  });
});
