import { describe, expect, it } from 'vitest';
import type { ApiClient } from '../../installation/api-client.js';
import { type EventView, useWorld } from '../world.js';
import { Staff } from './staff.js';

const on = useWorld({ name: 'agent_status', redisDatabase: 36 });

interface ChangeView {
  readonly sequence: number;
  readonly from: string;
  readonly to: string;
  readonly restReason: string | null;
  readonly by: string;
  readonly byId: string | null;
  readonly changedAt: string;
}

const ask = (api: ApiClient, agentId: string, body: object) =>
  api.post<{ status: string; restReason: string | null }>(`/v1/agents/${agentId}/status`, body);

/** The agent's history, oldest first, once it has so many changes. */
function history(agentId: string, count: number): Promise<readonly ChangeView[]> {
  return on.world.eventually(`${count} changes of ${agentId}`, async () => {
    const { items } = await on.world.api.get<{ items: ChangeView[] }>(`/v1/agents/${agentId}/status-history`);
    return items.length >= count ? [...items].reverse() : undefined;
  });
}

describe("an agent's status", () => {
  it('AGENT-01 is changed by agent and administrator; each change is in the history and told to receivers, once and in order', async () => {
    const { world } = on;
    const agent = await new Staff(world).add();
    expect(await ask(world.api, agent.id, { status: 'online' })).toMatchObject({ status: 'free' });
    await ask(world.api, agent.id, { status: 'rest', restReason: 'meal' });
    await ask(world.api, agent.id, { status: 'notReady' });
    await ask(world.api, agent.id, { status: 'free' });
    await ask(world.api, agent.id, { status: 'offline' });
    const changes = await history(agent.id, 5);
    expect(changes.map(({ sequence, from, to }) => `${sequence} ${from} ${to}`)).toEqual([
      '1 offline free',
      '2 free rest',
      '3 rest notReady',
      '4 notReady free',
      '5 free offline',
    ]);
    expect(changes[1]).toMatchObject({ restReason: 'meal', by: 'admin' });
    const told: EventView[] = [];
    for (const { sequence } of changes) {
      told.push(
        await world.event('agent.status-changed', (event) => event.agentId === agent.id && event.sequence === sequence),
      );
    }
    const change = ({ data }: EventView) => (data as unknown as { change: ChangeView }).change;
    expect(told.map((event) => `${event.sequence} ${change(event).from} ${change(event).to}`)).toEqual(
      changes.map(({ sequence, from, to }) => `${sequence} ${from} ${to}`),
    );
    const ofAgent = world.sink.events.filter((event) => (event as { agentId?: string }).agentId === agent.id);
    expect(ofAgent).toHaveLength(5);
  });

  it('AGENT-01 is refused where it makes no sense, with what would', async () => {
    const { world } = on;
    const agent = await new Staff(world).add();
    const refused = async (body: object) =>
      (await world.api.request('POST', `/v1/agents/${agent.id}/status`, body)).body as { code: string; detail: string };
    expect(await refused({ status: 'free' })).toMatchObject({ code: 'agent-status-not-allowed' });
    await ask(world.api, agent.id, { status: 'online' });
    const unknown = await refused({ status: 'rest', restReason: 'sleep' });
    expect(unknown.code).toBe('rest-reason-unknown');
    expect(unknown.detail).toContain('meal');
  });

  it('is offline once the agent logged out of its last session', async () => {
    const { world } = on;
    const staff = new Staff(world);
    const agent = await staff.add();
    const logIn = async () => {
      const { token } = await world.api.post<{ token: string }>(`/v1/agents/${agent.id}/tokens`);
      return staff.logIn({ token });
    };
    const [first, second] = [await logIn(), await logIn()];
    await ask(world.api, agent.id, { status: 'online' });
    await world.api.do('DELETE', `/v1/agents/${agent.id}/sessions/${first.session.id}`);
    expect(await world.api.get(`/v1/agents/${agent.id}/status`)).toMatchObject({ status: 'free' });
    await world.api.do('DELETE', `/v1/agents/${agent.id}/sessions/${second.session.id}`);
    expect(await world.api.get(`/v1/agents/${agent.id}/status`)).toMatchObject({ status: 'offline' });
  });

  it('AGENT-02 is not ready on going online, where the settings say so', async () => {
    const { world } = on;
    const agent = await new Staff(world).add();
    await world.api.patch('/v1/contact-centre', { statusOnline: 'notReady' });
    // Settings are seen everywhere after a second.
    await world.eventually('the settings', async () => {
      const { status } = await ask(world.api, agent.id, { status: 'online' });
      if (status === 'notReady') return true;
      await ask(world.api, agent.id, { status: 'offline' });
      return undefined;
    });
    await world.api.patch('/v1/contact-centre', { statusOnline: 'free' });
  });
});
