import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { headerOf } from '../peers/tone-phone/sip-text.js';
import { within } from '../peers/within.js';
import { useWorld } from './world.js';

const on = useWorld({ name: 'examples', redisDatabase: 14 });

const running: (() => void)[] = [];
afterEach(() => {
  for (const stop of running.splice(0)) stop();
});

/** Runs an example's own program. */
function program(path: string, settings: Readonly<Record<string, string>>) {
  const file = fileURLToPath(new URL(`../../../examples/dist/${path}.js`, import.meta.url));
  const { signingSecret } = on.world.firstAccount;
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, ...settings, SIGNING_SECRET: signingSecret, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(() => child.kill());
  let output = '';
  child.stdout.setEncoding('utf8');
  const printed = (pattern: RegExp) =>
    within(
      new Promise<RegExpExecArray>((resolve) => {
        const look = () => {
          const found = pattern.exec(output);
          if (found) resolve(found);
        };
        child.stdout.on('data', look);
        look();
      }),
      `the example to print ${pattern}`,
      () => output,
    );
  child.stdout.on('data', (text: string) => {
    output += text;
  });
  return { printed };
}

/** Runs an example's backend. Resolves when it listens. */
async function example(name: string, settings: Readonly<Record<string, string>>) {
  const { printed } = program(`${name}/backend`, settings);
  const [, url] = await printed(/listening on (\S+)/);
  return { url: url!, printed };
}

/** A number whose calls run the script at this address. */
async function numberFor(scriptUrl: string, number: string): Promise<void> {
  const { id } = await on.world.api.post<{ id: string }>('/v1/applications', { name: 'Example', scriptUrl });
  await on.world.api.post('/v1/numbers', { number, applicationId: id });
}

describe('the examples', () => {
  it('voicemail takes a message where the phone is not there', async () => {
    const { world } = on;
    await world.api.post('/v1/endpoints', { username: 'desk' });
    const { url, printed } = await example('voicemail', { PHONE: 'desk' });
    const number = world.newNumber();
    await numberFor(`${url}/`, number);
    const call = await (await world.phone()).dial(number);
    await call.answered();
    const { id } = await world.eventually('the message to be recorded', async () => {
      const { items } = await world.api.get<{ items: { id: string; status: string }[] }>('/v1/recordings');
      return items[0];
    });
    await call.media.listen(1500);
    await call.media.sendDigits('#');
    const [, recordingId, from] = await printed(/message (\S+) from (\S+),/);
    expect({ recordingId, from }).toEqual({ recordingId: id, from: '+15550199' });
    expect(await call.ended).toMatchObject({ by: 'them', how: 'BYE' });
  });

  it('masked-number connects two people who see only our number', async () => {
    const { world } = on;
    const [number, customer, courier] = [world.newNumber(), world.newNumber('a'), world.newNumber('b')];
    const { url } = await example('masked-number', { NUMBER: number, CUSTOMER: customer, COURIER: courier });
    await numberFor(url, number);
    const arriving = world.carried('b', courier);
    const call = await (await world.phone({ user: customer })).dial(number);
    const other = await arriving;
    expect(headerOf(other.invitation, 'From')).toContain(number);
    expect(String(other.invitation.body) + JSON.stringify(other.invitation)).not.toContain(customer.slice(1));
    await other.answer();
    await call.answered();
    await Promise.all([call.media.hears('agent'), other.media.hears('caller')]);
    await call.bye();
    expect(await other.ended).toMatchObject({ by: 'them', how: 'BYE' });
  });

  it('small-centre: callers choose a group by a key, and the agents of that group answer on their SIP phones', async () => {
    const { world } = on;
    const { url, printed: said } = await example('small-centre', {});
    const [API, KEY, NUMBER] = [world.api.baseUrl, world.firstAccount.apiKey, world.newNumber()];
    const watch = program('small-centre/watch', { API, KEY });
    const { printed } = program('small-centre/set-up', { API, KEY, NUMBER, BACKEND: `${url}/` });
    const phoneOf = async (name: string, party: 'agent' | 'callee' | 'supervisor') => {
      const [, user, password] = await printed(new RegExp(`${name} .* register (\\S+) with the password (\\S+)`));
      const phone = await world.phone({ user: user!, password: password!, party });
      expect((await phone.register()).status).toBe(200);
      return phone;
    };
    const phones = {
      ann: await phoneOf('Ann', 'agent'),
      ben: await phoneOf('Ben', 'callee'),
      cid: await phoneOf('Cid', 'supervisor'),
    };
    await printed(/ready: call/);
    const call = async (key: string) => {
      const customer = await (await world.phone()).dial(NUMBER);
      await customer.answered();
      await customer.media.sendDigits(key);
      return customer;
    };
    const service = await call('2');
    const cid = await phones.cid.nextCall();
    await cid.answer();
    await Promise.all([service.media.hears('supervisor'), cid.media.hears('caller')]);
    const sales = await call('1');
    const ann = await phones.ann.nextCall();
    await ann.answer();
    await sales.media.hears('agent');
    const moreService = await call('2');
    const ben = await phones.ben.nextCall();
    await ben.answer();
    await moreService.media.hears('callee');
    for (const customer of [service, sales, moreService]) await customer.bye();
    await Promise.all([ann.ended, ben.ended, cid.ended]);
    await said(/(queue: connected after \d+ s\s+){3}/);
    await watch.printed(/agent\.status-changed/);
    const { items } = await world.api.get<{ items: { endCode: string }[] }>('/v1/contacts?live=false');
    expect(items.map(({ endCode }) => endCode)).toEqual(['ok', 'ok', 'ok']);
  });
});
