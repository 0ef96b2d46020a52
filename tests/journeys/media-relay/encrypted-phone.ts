import { expect } from 'vitest';
import { readWav } from '../../ear/wav.js';
import { whoIsHeard } from '../../ear/who-is-heard.js';
import type { BaresipPhone } from '../../peers/baresip/baresip-phone.js';
import type { WireVerb } from '../../peers/script-server.js';
import type { ToneCall } from '../../peers/tone-phone/tone-call.js';
import type { World } from '../world.js';
import type { PhoneWorld } from './phone-world.js';

export const dials = (endpoint: string): WireVerb[] => [{ verb: 'dial', targets: [{ type: 'endpoint', endpoint }] }];
export const playsMusic: readonly WireVerb[] = [{ verb: 'play', url: '/music.wav', loop: 0 }];
/** What baresip says once it has keys. */
export const sealed = /SRTP is Enabled|DTLS-SRTP complete/;

/** Both are heard. */
export async function talk(phone: BaresipPhone, caller: ToneCall): Promise<void> {
  await phone.established();
  await Promise.all([phone.hears('caller'), caller.media.hears('agent')]);
}

/** A phone that plays music to those it calls is called by somebody in the clear, then calls. Resolves to the path of the script of the first call. */
export async function isCalledAndCalls(
  phones: PhoneWorld,
  { phone, username }: { readonly phone: BaresipPhone; readonly username: string },
  { encrypted }: { readonly encrypted: boolean },
): Promise<string> {
  const { phone: caller, path } = await phones.caller(dials(username));
  const call = await caller.dial('somebody');
  await talk(phone, call);
  if (encrypted) expect(phone.output).toMatch(sealed);
  else expect(phone.output).not.toMatch(sealed);
  await call.bye();
  await phone.closed();
  await phone.dial('somebody');
  await phone.hears('music');
  await phone.hangUp();
  return path;
}

/** A phone that demands encryption is offered it, and answers without: it is hung up on, unheard, and its CDR says why. */
export async function answersInTheClear(world: World, phones: PhoneWorld, set: 'sdes' | 'dtls'): Promise<void> {
  const { phone, username } = await phones.registered(set);
  const { phone: caller, path } = await phones.caller(dials(username));
  const call = await caller.dial('somebody');
  const { invitation } = await phone.nextCall();
  // FreeSWITCH offers DTLS without the words of RFC 5764 too.
  expect(invitation.body).toMatch(
    set === 'dtls' ? /^m=audio \d+ (UDP\/TLS\/)?RTP\/SAVP /m : /^m=audio \d+ RTP\/SAVP /m,
  );
  const body = invitation.body
    .replace(/(UDP\/TLS\/)?RTP\/SAVP/, 'RTP/AVP')
    .replace(/^a=(crypto|fingerprint|setup):.*\r\n/gm, '');
  const headers = [['Contact', phone.contact] as const, ['Content-Type', 'application/sdp'] as const];
  phone.respond(invitation, 200, 'OK', { toTag: 'clear', headers, body });
  const parentCallId = await world.callId(path);
  const { data } = await world.event('cdr.created', (event) => event.data.parentCallId === parentCallId);
  expect(data).toMatchObject({
    termination: { result: 'failed', by: 'system', reason: 'no-encryption', sip: 488 },
    media: { packetsReceived: 0 },
  });
  await call.ended;
}

/** The recording of a call to an encrypted phone has each party's sound on its own channel. */
export async function isRecorded(world: World, phones: PhoneWorld): Promise<void> {
  const { phone, username } = await phones.baresip('sdes', { encrypts: 'sdes', autoAnswer: true });
  const call = await phones.call([{ verb: 'startRecording', channels: 'dual' }, ...dials(username)]);
  await talk(phone, call);
  await call.media.listen(1000);
  await call.bye();
  await phone.closed();
  const { data } = await world.event('recording.available');
  const { id } = data.recording as { id: string };
  const { rate, channels } = readWav(await world.api.download(`/v1/recordings/${id}/media?format=wav`));
  expect(channels.map((samples) => whoIsHeard(samples, { rate, atLeastMs: 500 }))).toEqual([['caller'], ['agent']]);
}
