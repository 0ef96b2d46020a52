import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestApi, type TestApi } from '../../test-api/create-test-api.fixture.js';
import { testPeople } from '../../test-api/test-people.fixture.js';

describe('skill groups over HTTP', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await createTestApi({ operations: (core) => testPeople(core).operations });
  });
  afterEach(() => api.close());

  const http = () => supertest.agent(api.server).set('Authorization', api.tenant.authorization);
  const make = async (group: object) => (await http().post('/v1/skill-groups').send(group).expect(201)).body;

  it('are made with defaults, changed and deleted', async () => {
    const sales = await make({ name: 'Sales' });
    expect(sales).toMatchObject({
      type: 'phone',
      strategy: 'longestIdle',
      ringAll: false,
      lastServedFirst: false,
      maxConcurrency: 1,
      maxWaiting: 1000,
      ringTimeoutSeconds: null,
    });
    const path = `/v1/skill-groups/${sales.id}`;
    const change = { strategy: 'ringAll', lastServedFirst: true, ringTimeoutSeconds: 20 };
    expect((await http().patch(path).send(change).expect(200)).body).toMatchObject({ ...change, ringAll: true });
    expect(
      (await http().patch(path).send({ ringTimeoutSeconds: null }).expect(200)).body.ringTimeoutSeconds,
    ).toBeNull();
    await http().delete(path).expect(204);
    await http().get(path).expect(404);
    await http().delete(path).expect(404);
  });

  it('have a name that is theirs alone', async () => {
    await make({ name: 'Sales' });
    const other = await make({ name: 'Support' });
    expect((await http().post('/v1/skill-groups').send({ name: 'Sales' }).expect(409)).body.code).toBe(
      'already-exists',
    );
    await http().patch(`/v1/skill-groups/${other.id}`).send({ name: 'Sales' }).expect(409);
  });

  it('overflow into other groups, in order of time, until those are gone', async () => {
    const [second, third] = [await make({ name: 'Second' }), await make({ name: 'Third' })];
    const overflow = [
      { afterSeconds: 60, skillGroupId: third.id },
      { afterSeconds: 20, skillGroupId: second.id },
    ];
    const first = await make({ name: 'First', overflow });
    expect(first.overflow).toEqual([...overflow].reverse());
    await http().delete(`/v1/skill-groups/${third.id}`).expect(204);
    const path = `/v1/skill-groups/${first.id}`;
    expect((await http().get(path).expect(200)).body.overflow).toEqual([overflow[1]]);
    for (const wrong of [third.id, first.id, 'nonsense'])
      await http()
        .patch(path)
        .send({ overflow: [{ afterSeconds: 1, skillGroupId: wrong }] })
        .expect(400);
    await http()
      .patch(path)
      .send({ overflow: [overflow[1], overflow[1]] })
      .expect(400);
  });

  it('are found by id, by a part of the name, and by when they were changed', async () => {
    const sales = await make({ name: 'Sales (east)' });
    await make({ name: 'Support' });
    api.clock.advance(1000);
    const since = new Date(api.clock.now()).toISOString();
    await http().patch(`/v1/skill-groups/${sales.id}`).send({ description: 'x' }).expect(200);
    for (const query of [{ skillGroupId: sales.id }, { name: 'ALES (' }, { modifiedSince: since }]) {
      const { body } = await http().get('/v1/skill-groups').query(query).expect(200);
      expect([body.total, body.items.map(({ id }: { id: string }) => id)]).toEqual([1, [sales.id]]);
    }
    expect((await http().get('/v1/skill-groups?limit=1').expect(200)).body).toMatchObject({ total: 2 });
    await http().get('/v1/skill-groups?limit=101').expect(400);
  });
});
