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

/** Runs an example's own file. Resolves when it listens. */
async function example(name: string, settings: Readonly<Record<string, string>>) {
  const file = fileURLToPath(new URL(`../../../examples/dist/${name}/backend.js`, import.meta.url));
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
});
