import { beforeEach, describe, expect, it } from 'vitest';
import { memoryFlowStores } from '../../test-api/test-flows.fixture.js';
import type { FlowUser } from '../flow-deps.js';
import { runningVersions } from './running-versions.js';

const record = { accountId: 'AC1', revision: 1, createdAt: '', updatedAt: '' };

describe('the versions that calls may run', () => {
  let stores: ReturnType<typeof memoryFlowStores>;
  let pinned: readonly string[];
  beforeEach(() => {
    stores = memoryFlowStores();
    pinned = [];
  });

  const user: FlowUser = async (_accountId, { flowId, version }) =>
    pinned.includes(`${flowId}@${version}`) ? ['the number +14155550100'] : [];

  /** A flow of that name, with versions and what each plays and runs. */
  async function flow(
    id: string,
    live: string | undefined,
    versions: Readonly<Record<string, { audioIds?: readonly string[]; flowRefs?: readonly string[] }>>,
  ): Promise<void> {
    await stores.flows.insert({
      ...record,
      id,
      name: id,
      description: '',
      ...(live !== undefined && { liveVersion: live }),
    });
    for (const [number, { audioIds = [], flowRefs = [] }] of Object.entries(versions)) {
      const flowIds = flowRefs.map((ref) => ref.split('@')[0]!);
      const version = { ...record, id: `${id}@${number}`, flowId: id, number, publishedBy: 'SK' };
      await stores.flowVersions.insert({ ...version, audioIds, flowIds, flowRefs });
    }
  }

  const playing = () => runningVersions({ ...stores, flowUsers: [user] }, 'AC1', { audioIds: { contains: 'AU' } });

  it('are the live one, and not those before it', async () => {
    await flow('Main', '1.1', { '1.0': { audioIds: ['AU'] }, '1.1': {} });
    expect(await playing()).toEqual([]);
    await flow('Other', '1.0', { '1.0': { audioIds: ['AU'] } });
    expect(await playing()).toEqual(['version 1.0 of the flow Other']);
    await flow('Unpublished', undefined, { '1.0': { audioIds: ['AU'] } });
    expect(await playing()).toHaveLength(1);
  });

  it('are those that a number names', async () => {
    await flow('Main', '1.1', { '1.0': { audioIds: ['AU'] }, '1.1': {} });
    pinned = ['Main@1.0'];
    expect(await playing()).toEqual(['version 1.0 of the flow Main']);
  });

  it('are those that a version names which runs, however deep', async () => {
    await flow('Below', '1.1', { '1.0': { audioIds: ['AU'] }, '1.1': {} });
    await flow('Between', '2.0', { '1.0': { flowRefs: ['Below@1.0'] }, '2.0': {} });
    expect(await playing()).toEqual([]);
    await flow('Above', '1.0', { '1.0': { flowRefs: ['Between@1.0'] } });
    expect(await playing()).toEqual(['version 1.0 of the flow Below']);
  });

  it('come to an end where old versions name each other', async () => {
    await flow('One', undefined, { '1.0': { audioIds: ['AU'], flowRefs: ['Two@1.0'] } });
    await flow('Two', undefined, { '1.0': { flowRefs: ['One@1.0'] } });
    expect(await playing()).toEqual([]);
  });
});
