import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlatformProcess } from '../../installation/platform-process.js';
import { OwnRedis } from '../../peers/own-redis.js';
import { headerOf } from '../../peers/tone-phone/sip-text.js';
import { dataServers, World } from '../world.js';
import { type CentreAgent, type ContactView, type Customer, useCentre } from './centre.js';

const options = { name: 'centre_worst_days', redisDatabase: 55 } as const;

let redis: OwnRedis;
let routing: PlatformProcess;
const started: PlatformProcess[] = [];

async function start(roles: string, dataFolder?: string): Promise<PlatformProcess> {
  const process = await PlatformProcess.start({
    settings: {
      ...dataServers(options),
      REDIS_URL: redis.url,
      ROLES: roles,
      SIP_SESSION_EXPIRES_SECONDS: '0',
    },
    ...(dataFolder === undefined ? {} : { dataFolder }),
  });
  started.push(process);
  return process;
}

beforeAll(async () => {
  redis = await OwnRedis.start();
});
afterAll(() => redis.kill());
const on = useCentre(options, async () => {
  const front = await start('http,calls,workers');
  routing = await start('routing', front.dataFolder);
  return World.around([front, routing]);
});
async function endedOnce(customers: readonly Customer[]): Promise<void> {
  const { world } = on.centre;
  for (const { contactId } of customers) {
    await world.event('contact.completed', ({ data }) => (data.contact as ContactView).id === contactId);
  }
  const completed = (world.sink.events as unknown as { type: string; data: { contact: ContactView } }[])
    .filter(({ type }) => type === 'contact.completed')
    .map(({ data }) => data.contact.id);
  for (const { contactId } of customers) expect(completed.filter((id) => id === contactId)).toEqual([contactId]);
}

/** The agent serves whoever is next; which of these customers it was. */
async function serveNext(agent: CentreAgent, waiting: readonly Customer[]): Promise<Customer> {
  const seat = await agent.answers();
  await seat.media.hears('caller');
  const contactId = headerOf(seat.invitation, 'X-Contact-Id');
  const served = waiting.find((customer) => customer.contactId === contactId);
  if (!served) throw new Error(`${contactId} was offered, who does not wait`);
  await served.call.media.hears('agent');
  await served.call.bye();
  await seat.ended;
  return served;
}

describe('a contact centre whose machines fail', () => {
  it('the routing process is killed with 50 callers waiting: another takes over, nobody is lost, the order is kept', {
    timeout: 400_000,
  }, async () => {
    const { centre } = on;
    await centre.settings({ afterCallWorkSeconds: 0 });
    const group = await centre.group();
    const agent = await centre.agent([group], { online: false });
    const line = await centre.line(group);
    const waiting: Customer[] = [];
    for (let count = 0; count < 50; count += 1) waiting.push(await centre.waits(line));
    const next = await start('routing', routing.dataFolder);
    await routing.kill();
    centre.world.replace(routing, next);
    const killedAt = Date.now();
    await agent.ask('online');
    const served: Customer[] = [];
    await agent.event('callIn');
    // The promise of the product is 3 s; the rest is for the machine that the test runs on.
    expect(Date.now() - killedAt).toBeLessThan(6_000);
    while (served.length < waiting.length)
      served.push(
        await serveNext(
          agent,
          waiting.filter((one) => !served.includes(one)),
        ),
      );
    expect(served.map(({ contactId }) => contactId)).toEqual(waiting.map(({ contactId }) => contactId));
    expect(agent.rung).toBe(waiting.length);
    await endedOnce(waiting);
    routing = next;
  });

  it('Redis comes back empty: the talk goes on, agents go on as they were, who waits is served in order, nobody is offered twice, each contact ends once', {
    timeout: 240_000,
  }, async () => {
    const { centre } = on;
    await centre.settings({ afterCallWorkSeconds: 0 });
    const group = await centre.group();
    const line = await centre.line(group);
    const busy = await centre.agent([group], { party: 'supervisor' });
    const talking = await centre.call(line);
    const talk = await busy.answers();
    await talking.call.media.hears('supervisor');
    const asked = await centre.agent([group]);
    const first = await centre.call(line);
    const rang = await asked.rings();
    const second = await centre.waits(line);
    await redis.kill();
    await redis.comeBack();
    await Promise.all([talking.call.media.hears('supervisor'), talk.media.hears('caller')]);
    expect(await rang.ended).toEqual({ by: 'them', how: 'CANCEL' });
    await busy.is('busy');
    // Nobody has to come online again; phones register again by themselves.
    await asked.phone.register();
    expect(await serveNext(asked, [first, second])).toBe(first);
    await asked.is('free');
    expect(await serveNext(asked, [second])).toBe(second);
    expect(asked.rung).toBe(3);
    await talking.call.bye();
    await talk.ended;
    expect((await busy.status()).status).not.toBe('busy');
    await endedOnce([talking, first, second]);
    await centre.world.eventually('the clients to be known again', async () =>
      (await asked.status()).clients === 1 && (await busy.status()).clients === 1 ? true : undefined,
    );
  });
});
