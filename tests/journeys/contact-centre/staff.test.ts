import { xlsxFile } from '@hookswitch/api/agents/import/xlsx.fixture';
import { beforeAll, describe, expect, it } from 'vitest';
import { useWorld } from '../world.js';
import { type AgentView, type GroupView, Staff } from './staff.js';

const on = useWorld({ name: 'staff', redisDatabase: 32 });
let staff: Staff;
beforeAll(() => {
  staff = new Staff(on.world);
});

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
  readonly total: number;
}
interface Added {
  readonly agents: readonly AgentView[];
  readonly errors: readonly { readonly index: number; readonly email: string; readonly code: string }[];
}

const post = (agents: readonly object[], more: object = {}) =>
  on.world.api.post<Added>('/v1/agents', { agents, ...more });
const find = async (query: string) => on.world.api.get<Page<AgentView>>(`/v1/agents?${query}`);
const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

describe('STAFF-01 add an agent by hand', () => {
  it('STAFF-01 one mail with a password that logs in; a duplicate e-mail is refused', async () => {
    const agent = await staff.add();
    expect(await staff.message(agent.email)).toMatchObject({ channel: 'email', purpose: 'firstPassword' });
    await staff.logInFirst(agent);
    expect(await staff.sentTo(agent.email)).toHaveLength(1);
    const { agents, errors } = await post([staff.somebody({ email: agent.email.toUpperCase() })]);
    expect([agents, errors.map(({ code }) => code)]).toEqual([[], ['already-exists']]);
  });

  it('STAFF-01 adding beyond the licence count is refused', async () => {
    const { total } = await find('limit=1');
    await on.world.api.patch('/v1/contact-centre', { agentLimit: total + 1 });
    try {
      // Settings count within a second.
      await on.world.eventually('the limit to count', async () => {
        const { agents, errors } = await post([staff.somebody(), staff.somebody(), staff.somebody()]);
        expect(agents.length + errors.length).toBe(3);
        return errors.length > 0 && errors.every(({ code }) => code === 'agent-limit') ? true : undefined;
      });
    } finally {
      await on.world.api.patch('/v1/contact-centre', { agentLimit: 1000 });
    }
    await on.world.eventually('the limit to be raised', async () =>
      (await post([staff.somebody()])).errors.length === 0 ? true : undefined,
    );
  });
});

describe('STAFF-02 bulk add', () => {
  const lines = (mark: string) => [
    ['E-mail', 'Name', 'Staff number', 'Skill groups'],
    ...Array.from({ length: 100 }, (_, n) => [
      n === 41 ? 'not an address' : `${mark}-${n}@example.com`,
      `Person ${n}`,
      n === 73 ? `${mark}-72` : `${mark}-${n}`,
      `${mark}:2`,
    ]),
  ];

  it.each([
    ['CSV', 'text/csv', (table: string[][]) => table.map((cells) => cells.join(',')).join('\n')],
    ['XLSX', xlsx, (table: string[][]) => xlsxFile(table)],
  ])(
    'STAFF-02 of 100 rows in %s with 2 bad ones 98 are created, and 2 reported with row and reason',
    async (name, type, file) => {
      await staff.group(`bulk-${name}`);
      const report = await staff.import(file(lines(`bulk-${name}`)), type);
      expect(report).toMatchObject({
        created: 98,
        failed: 2,
        errors: [
          { row: 43, email: 'not an address', code: 'invalid-request', message: expect.stringContaining('e-mail') },
          { row: 75, code: 'already-exists', message: expect.stringContaining('staff number') },
        ],
      });
      const { items: groups } = await on.world.api.get<Page<GroupView>>(`/v1/skill-groups?name=bulk-${name}`);
      const found = await find(`skillGroupId=${groups[0]!.id}&limit=9999`);
      expect([found.total, found.items.length]).toEqual([98, 98]);
      const last = found.items[0]!;
      expect(last.skillGroups).toMatchObject([{ name: `bulk-${name}`, priority: 2 }]);
      await staff.logInFirst(last);
    },
  );
});

describe('STAFF-03 add by API', () => {
  it('STAFF-03 up to 10 in a request, errors one by one, and no mail where none is wanted', async () => {
    const taken = await staff.add();
    const people = Array.from({ length: 8 }, () => staff.somebody());
    const bad = [staff.somebody({ email: taken.email }), staff.somebody({ extension: '0123' })];
    const { agents, errors } = await post([...people, ...bad], { sendPassword: false });
    expect(agents.map(({ email }) => email)).toEqual(people.map(({ email }) => email));
    expect(errors).toMatchObject([
      { index: 8, email: taken.email, code: 'already-exists', message: expect.any(String) },
      { index: 9, email: bad[1]!.email, code: 'invalid-request', message: expect.stringContaining('extension') },
    ]);
    const eleven = Array.from({ length: 11 }, () => staff.somebody());
    expect((await on.world.api.request('POST', '/v1/agents', { agents: eleven })).status).toBe(400);
    // A mail to one who is added later is there, so the others would be.
    await staff.message((await staff.add()).email);
    for (const { email } of agents) expect(await staff.sentTo(email)).toEqual([]);
  });

  it('STAFF-03 a program logs an agent in by a token: once', async () => {
    const [agent] = (await post([staff.somebody()], { sendPassword: false })).agents;
    const { token } = await on.world.api.post<{ token: string }>(`/v1/agents/${agent!.id}/tokens`);
    expect((await staff.logIn({ token })).agent.id).toBe(agent!.id);
    expect((await staff.tryLogIn({ token })).status).toBe(401);
  });
});

describe('STAFF-04 agent list, search, edit', () => {
  it('STAFF-04 each filter returns the right subset', async () => {
    const phone = staff.phone();
    const { id: skillGroupId } = await staff.group('filters');
    const agent = await staff.add({
      name: 'Zoë Filter-Test',
      phone,
      extension: '812345',
      role: 'supervisor',
      skillGroups: [{ skillGroupId }],
    });
    await staff.add();
    const filters = {
      staffNumber: agent.staffNumber,
      email: agent.email.toUpperCase(),
      name: 'filter-t',
      phone,
      extension: '812345',
      skillGroupId,
    };
    for (const [name, value] of Object.entries(filters)) {
      const { items, total } = await find(new URLSearchParams({ [name]: value }).toString());
      expect([name, total, items.map(({ id }) => id)]).toEqual([name, 1, [agent.id]]);
    }
    expect((await find('role=supervisor')).items.map(({ id }) => id)).toEqual([agent.id]);
    expect((await find('skillGroupId=nobody&name=filter')).items).toEqual([]);
  });

  it('STAFF-04 name and groups change, and pages hold everybody once', async () => {
    const [first, second] = [await staff.group('edit 1'), await staff.group('edit 2')];
    const agent = await staff.add({ skillGroups: [{ skillGroupId: first.id, priority: 1 }] });
    const changed = await on.world.api.patch<AgentView>(`/v1/agents/${agent.id}`, {
      name: 'Changed',
      skillGroups: [{ skillGroupId: second.id }],
    });
    expect(changed).toMatchObject({ name: 'Changed', skillGroups: [{ name: 'edit 2', priority: 3 }] });
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Page<AgentView> = await find(`limit=50${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toContain(agent.id);
    expect((await find('limit=1')).total).toBe(seen.length);
  });
});

describe('STAFF-05 force offline', () => {
  it('STAFF-05 the client is logged out within seconds, and login is refused until restored', async () => {
    const agent = await staff.add();
    const password = await staff.mailedPassword(agent.email);
    const grant = await staff.logIn({ email: agent.email, password });
    const stream = await fetch(`${on.world.api.baseUrl}/v1/agents/${agent.id}/events`, {
      headers: { authorization: `Bearer ${grant.accessToken}` },
    });
    expect(stream.status).toBe(200);
    const blocked = await on.world.api.post<AgentView>(`/v1/agents/${agent.id}/force-offline`);
    expect(blocked.blockedAt).not.toBeNull();
    // What the client follows ends too: its text is complete.
    expect(await stream.text()).toContain('event: ready');
    expect(await staff.loggedOut(grant)).toBe('session-ended');
    const refreshed = await staff
      .client()
      .request('POST', '/v1/agent-sessions/refresh', { refreshToken: grant.refreshToken });
    expect(refreshed.status).toBe(401);
    const refused = await staff.tryLogIn({ email: agent.email, password });
    expect([refused.status, refused.body.code]).toEqual([403, 'agent-blocked']);
    await on.world.api.post(`/v1/agents/${agent.id}/restore`);
    await staff.logIn({ email: agent.email, password });
  });
});

describe('STAFF-06 reset password', () => {
  it('STAFF-06 the old password fails, the new one works, sessions end', async () => {
    const agent = await staff.add();
    const old = await staff.mailedPassword(agent.email);
    const grant = await staff.logIn({ email: agent.email, password: old });
    const path = `/v1/agents/${agent.id}/password-reset`;
    expect((await on.world.api.request('POST', path, { password: 'weak' })).status).toBe(400);
    await on.world.api.post(path, { password: 'New-Start-2026' });
    expect(await staff.loggedOut(grant)).toBe('session-ended');
    expect((await staff.tryLogIn({ email: agent.email, password: old })).status).toBe(401);
    await staff.logIn({ email: agent.email, password: 'New-Start-2026' });
    await on.world.api.post(path);
    await staff.logIn({ email: agent.email, password: await staff.mailedPassword(agent.email, 2) });
    expect((await staff.tryLogIn({ email: agent.email, password: 'New-Start-2026' })).status).toBe(401);
  });
});

describe('SKILL-01 skill-group management', () => {
  it('SKILL-01 groups are made, changed and deleted; their agents stay', async () => {
    const [one, two] = [await staff.group('skill 1'), await staff.group('skill 2')];
    const agent = await staff.add({ skillGroups: [{ skillGroupId: one.id }, { skillGroupId: two.id }] });
    expect(agent.skillGroups.map(({ name }) => name)).toEqual(['skill 1', 'skill 2']);
    expect(one).toMatchObject({ type: 'phone', maxConcurrency: 1 });
    const renamed = await on.world.api.patch(`/v1/skill-groups/${one.id}`, { name: 'renamed', strategy: 'ringAll' });
    expect(renamed).toMatchObject({ name: 'renamed', ringAll: true });
    await on.world.api.do('DELETE', `/v1/skill-groups/${one.id}`);
    const left = await on.world.api.get<AgentView>(`/v1/agents/${agent.id}`);
    expect(left.skillGroups.map(({ skillGroupId }) => skillGroupId)).toEqual([two.id]);
    expect((await on.world.api.request('GET', `/v1/skill-groups/${one.id}`)).status).toBe(404);
  });
});

describe('SKILL-02 priority in the group', () => {
  it('SKILL-02 from 1 to 5, in each group another, 3 where nothing is said', async () => {
    const groups = [await staff.group('prio 1'), await staff.group('prio 2'), await staff.group('prio 3')];
    const agent = await staff.add();
    const path = (index: number) => `/v1/agents/${agent.id}/skill-groups/${groups[index]!.id}`;
    for (const priority of [0, 6, -1, 2.5])
      expect((await on.world.api.request('PUT', path(0), { priority })).status).toBe(400);
    await on.world.api.do('PUT', path(0), { priority: 1 });
    await on.world.api.do('PUT', path(1), { priority: 5 });
    const { skillGroups } = await on.world.api.do<AgentView>('PUT', path(2), {});
    expect(skillGroups.map(({ name, priority }) => [name, priority])).toEqual([
      ['prio 1', 1],
      ['prio 2', 5],
      ['prio 3', 3],
    ]);
  });
});

describe('API-02 get agent list', () => {
  it('API-02 total and fields; by mail, modified since and group; pages of up to 9,999', async () => {
    const group = await staff.group('api 02');
    const agent = await staff.add({
      nickname: 'Nick',
      phone: staff.phone(),
      skillGroups: [{ skillGroupId: group.id, priority: 2 }],
    });
    const { items, total } = await find(`email=${agent.email}`);
    expect(total).toBe(1);
    expect(items[0]).toMatchObject({
      name: agent.name,
      email: agent.email,
      phone: agent.phone,
      nickname: 'Nick',
      staffNumber: agent.staffNumber,
      role: 'agent',
      skillGroups: [{ skillGroupId: group.id, name: 'api 02', priority: 2 }],
      updatedAt: agent.updatedAt,
    });
    const since = await find(`modifiedSince=${agent.updatedAt}&skillGroupId=${group.id}`);
    expect(since.items.map(({ id }) => id)).toEqual([agent.id]);
    const later = new Date(Date.parse(agent.updatedAt) + 1).toISOString();
    expect((await find(`modifiedSince=${later}&skillGroupId=${group.id}`)).total).toBe(0);
    expect((await find('limit=9999')).items.length).toBe((await find('limit=1')).total);
    expect((await on.world.api.request('GET', '/v1/agents?limit=10000')).status).toBe(400);
  });
});

describe('API-03 get skill-group list', () => {
  it('API-03 total and fields; by id, name and modified since; pages of up to 100', async () => {
    const group = await staff.group('api 03', { strategy: 'ringAll', lastServedFirst: true });
    const list = (query: string) => on.world.api.get<Page<GroupView>>(`/v1/skill-groups?${query}`);
    const { items, total } = await list(`skillGroupId=${group.id}`);
    expect(total).toBe(1);
    expect(items[0]).toMatchObject({
      id: group.id,
      name: 'api 03',
      type: 'phone',
      strategy: 'ringAll',
      ringAll: true,
      lastServedFirst: true,
      maxConcurrency: 1,
      updatedAt: group.updatedAt,
    });
    expect((await list('name=PI%2003')).items.map(({ id }) => id)).toEqual([group.id]);
    expect((await list(`modifiedSince=${group.updatedAt}`)).items.map(({ id }) => id)).toContain(group.id);
    const later = new Date(Date.parse(group.updatedAt) + 1).toISOString();
    expect((await list(`modifiedSince=${later}&name=api`)).total).toBe(0);
    expect((await list('limit=100')).items.length).toBeLessThanOrEqual(100);
    expect((await on.world.api.request('GET', '/v1/skill-groups?limit=101')).status).toBe(400);
  });
});
