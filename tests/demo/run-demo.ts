import { mkdir, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { createMenuBackend, type HookswitchEvent } from '@hookswitch/examples/menu/backend';
import { readSoundFile } from '../ear/read-sound-file.js';
import { whoIsHeard } from '../ear/who-is-heard.js';
import { PlatformProcess } from '../installation/platform-process.js';
import { History } from '../peers/history.js';
import { TonePhone } from '../peers/tone-phone/tone-phone.js';

const help = `Usage: script/demo [--keep]

Starts the platform and a small backend, places a real call between two SIP phones through both, and shows what came of it.
  --keep  leaves the platform and the backend up, to go on by hand; Ctrl-C ends them`;

const salesNumber = '+15550100';
const say = (text = '') => console.log(text);
const step = (text: string) => say(`\n\x1b[1m${text}\x1b[0m`);

interface Created {
  readonly id: string;
}

interface Timeline {
  readonly items: readonly { readonly at: string; readonly kind: string; readonly summary: string }[];
}

/** One call from a stranger's first request to the MP3, through nothing but the public API and the example backend. */
async function runDemo(keep: boolean): Promise<void> {
  const output = resolve('.hookswitch', 'demo');
  await mkdir(output, { recursive: true });

  step('1. The platform starts');
  const platform = await PlatformProcess.start({
    settings: {
      ...(process.env.HTTP_PORT ? { HTTP_PORT: process.env.HTTP_PORT } : {}),
    },
    onLine: (line) => {
      if (line && !line.startsWith('{')) say(`   ${line}`);
    },
  });
  const events = new History<HookswitchEvent>('events at the backend', ({ type }) => type);
  const closers: (() => unknown)[] = [];
  try {
    const { api } = platform;
    const sip = platform.sip!;

    step('2. A backend answers webhooks (examples/src/menu/backend.ts)');
    // An application without a secret of its own signs with the account's.
    const secrets = { script: platform.firstAccount.signingSecret, webhook: '' };
    const backend = createMenuBackend({
      scriptSecret: secrets.script,
      get webhookSecret() {
        return secrets.webhook;
      },
      salesPhone: 'sales',
      onEvent: (event) => events.add(event),
    });
    await new Promise<void>((done) => backend.listen(0, '127.0.0.1', done));
    closers.push(() => backend.close());
    const backendUrl = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
    say(`   ${backendUrl}`);

    step('3. The account is set up by the API');
    const application = await api.post<Created>('/v1/applications', { name: 'Menu', scriptUrl: `${backendUrl}/voice` });
    const webhook = await api.post<{ signingSecret: string }>('/v1/webhook-endpoints', { url: `${backendUrl}/events` });
    secrets.webhook = webhook.signingSecret;
    await api.post('/v1/numbers', { number: salesNumber, applicationId: application.id });
    await api.post('/v1/trunks', { name: 'Carrier', inbound: { addresses: ['127.0.0.1'] } });
    const { endpoint, password } = await api.post<{ endpoint: { id: string }; password: string }>('/v1/endpoints', {
      username: 'sales',
      name: 'Sales phone',
    });
    say(`   application ${application.id}, number ${salesNumber}, phone ${endpoint.id}`);

    step('4. Two phones: one registers, the other calls the number');
    const callee = await TonePhone.open({ user: 'sales', password, server: sip, party: 'callee' });
    closers.push(() => callee.close());
    const registered = await callee.register();
    say(`   REGISTER of sales: ${registered.status} ${registered.reason ?? ''}`);
    const caller = await TonePhone.open({ user: '+15550199', server: sip, party: 'caller' });
    closers.push(() => caller.close());
    const call = await caller.dial(salesNumber);
    await call.answered();
    say('   the platform answered; the caller hears the menu and presses 1');
    await call.media.packets.until('the menu to be heard', () =>
      call.media.packets.all.length > 50 ? true : undefined,
    );
    await call.media.sendDigits('1');
    const rung = await callee.nextCall();
    rung.ring();
    await rung.answer();
    say('   the sales phone rang and answered');
    await Promise.all([call.media.hears('callee'), rung.media.hears('caller')]);
    say('   each hears the other (by the frequency of its tone)');
    await call.media.listen(3000);
    await call.bye();
    await rung.ended;
    say('   the caller hung up');

    step('5. What arrived at the backend');
    const cdrEvent = await events.first(
      'the CDR',
      ({ type, data }) => type === 'cdr.created' && data.direction === 'inbound',
    );
    const available = await events.first('the recording', ({ type }) => type === 'recording.available');
    for (const { type, timestamp } of events.all) say(`   ${timestamp}  ${type}`);
    const callId = cdrEvent.data.callId as string;
    const recording = available.data.recording as { readonly id: string; readonly durationSeconds: number };
    const mp3 = join(output, `${recording.id}.mp3`);
    await writeFile(mp3, await api.download(`/v1/recordings/${recording.id}/media?format=mp3`));
    const sound = await readSoundFile(mp3);
    const heard = sound.channels.map((samples) =>
      whoIsHeard(samples, { rate: sound.rate, atLeastMs: 1000 }).join(', '),
    );

    step('6. The timeline of the call');
    const timeline = await api.get<Timeline>(`/v1/calls/${callId}/timeline?limit=100`);
    showTimeline(timeline);

    step('7. The CDR');
    say(JSON.stringify(cdrEvent.data, null, 2).replace(/^/gm, '   '));

    step('8. The recording');
    say(`   ${mp3}`);
    say(
      `   ${recording.durationSeconds} s; channel 1 has the tone of: ${heard[0]}; channel 2 has the tone of: ${heard[1]}`,
    );
    if (heard[0] !== 'caller' || heard[1] !== 'callee') {
      throw new Error('the recording should have the caller on channel 1 and the called party on channel 2');
    }

    step('It works. Go on by hand:');
    say(`   API            ${platform.httpUrl}/v1`);
    say(`   key            ${join(platform.dataFolder, 'first-account.json')}`);
    say(`   SIP            udp ${sip.host}:${sip.port}, user sales, password ${password}`);
    say(`   call           ${salesNumber} at that address, from any SIP phone on this machine`);
    if (keep) {
      say('\n   The platform stays up. Ctrl-C ends it.');
      await new Promise<void>((end) => {
        process.once('SIGINT', () => end());
        process.once('SIGTERM', () => end());
      });
    } else {
      say('   (add --keep to leave the platform up)');
    }
  } catch (error) {
    console.error(platform.output.slice(-30).join('\n'));
    const { items } = await platform.api.get<{ items: readonly { id: string }[] }>('/v1/calls');
    for (const { id } of items) {
      say(`\n   ${id}`);
      showTimeline(await platform.api.get<Timeline>(`/v1/calls/${id}/timeline?limit=100`));
    }
    throw error;
  } finally {
    for (const close of closers.reverse()) await close();
    await platform.stop();
  }
}

function showTimeline({ items }: Timeline): void {
  for (const { at, kind, summary } of items) say(`   ${at}  ${kind.padEnd(8)} ${summary}`);
}

if (process.argv.includes('--help')) say(help);
else {
  runDemo(process.argv.includes('--keep')).catch((error: unknown) => {
    console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
}
