import supertest from 'supertest';
import { expect, it } from 'vitest';
import { createTestApi } from '../../test-api/create-test-api.fixture.js';
import { testFlows } from '../../test-api/test-flows.fixture.js';

const oldGroup = `SG${'1'.repeat(32)}`;
const newGroup = `SG${'2'.repeat(32)}`;

it('an exported flow names what it needs, and an account that has the same names uses its own', async () => {
  let flows!: ReturnType<typeof testFlows>;
  const api = await createTestApi({
    edition: 'premium',
    operations: (core) => (flows = testFlows(core)).operations,
  });
  const http = () => supertest.agent(api.server).set('Authorization', api.tenant.authorization);
  const group = (id: string, name: string) =>
    ({ id, name, accountId: api.tenant.account.id, revision: 1, createdAt: '', updatedAt: '' }) as Parameters<
      typeof flows.skillGroups.insert
    >[0];
  await flows.skillGroups.insert(group(oldGroup, 'Sales'));
  const nodes = [
    { id: 'start', kind: 'start', exits: { next: 'sales' } },
    { id: 'sales', kind: 'toSkillGroup', skillGroupId: oldGroup, exits: { ended: 'end', noSeatOnline: 'other' } },
    { id: 'other', kind: 'toSkillGroup', skillGroupId: `SG${'3'.repeat(32)}` },
    { id: 'end', kind: 'end' },
  ];
  const { id } = (await http().post('/v1/flows').send({ name: 'Main', draft: { nodes } }).expect(201)).body;
  const exported = (await http().get(`/v1/flows/${id}/export`).expect(200)).body;
  expect(exported.references).toEqual([{ kind: 'skillGroup', id: oldGroup, name: 'Sales' }]);

  await flows.skillGroups.remove(api.tenant.account.id, oldGroup);
  await flows.skillGroups.insert(group(newGroup, 'Sales'));
  const imported = await http()
    .post('/v1/flows/import')
    .send({ ...exported, name: 'Elsewhere' })
    .expect(201);
  const groups = imported.body.draft.nodes.map(({ skillGroupId }: { skillGroupId?: string }) => skillGroupId);
  expect(groups).toEqual([undefined, newGroup, `SG${'3'.repeat(32)}`, undefined]);

  await http()
    .post('/v1/flows/import')
    .send({ ...exported, name: 'X', references: [{ kind: 'x', id: 'y', name: '' }] })
    .expect(400);
  await api.close();
});
