import type { LiveCall } from '@hookswitch/media/port/live-call';
import { UA, WebSocketInterface } from 'jssip';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { within } from '../peers/within.js';
import { EngineOnLoopback } from './engine-on-loopback.js';

let engine: EngineOnLoopback;
let count = 0;
const open: UA[] = [];

beforeAll(async () => {
  // What JsSIP finds in a browser.
  Object.assign(globalThis, { WebSocket, window: { RTCPeerConnection: class {} } });
  engine = await EngineOnLoopback.start({ webSockets: {} });
});

afterAll(async () => {
  for (const ua of open) ua.stop();
  await engine.close();
});

/** A call of JsSIP's, as far as it is used here. */
interface JsCall {
  readonly remote_identity: { readonly uri: { readonly user: string } };
  terminate(options: { status_code: number }): void;
  on(event: 'failed', listener: (how: { cause: string }) => void): unknown;
}

interface Phone {
  readonly ua: UA;
  /** The next call that comes in. */
  nextCall(): Promise<JsCall>;
}

/** JsSIP as alice, registered. It cannot speak here, having no browser around it: WebRTC is the relay's. */
async function jssip(instanceId?: string): Promise<Phone> {
  const ua = new UA({
    sockets: [new WebSocketInterface(`ws://127.0.0.1:${engine.port('ws')}`)],
    uri: 'sip:alice@127.0.0.1',
    password: 'secret',
    register_expires: 120,
    ...(instanceId === undefined ? {} : { instance_id: instanceId }),
  });
  open.push(ua);
  const calls: JsCall[] = [];
  const waiting: ((session: JsCall) => void)[] = [];
  ua.on('newRTCSession', ({ session }: { session: JsCall }) => {
    const waiter = waiting.shift();
    if (waiter) waiter(session);
    else calls.push(session);
  });
  const registered = new Promise<void>((resolve, reject) => {
    ua.once('registered', () => resolve());
    ua.once('registrationFailed', ({ cause }) => reject(new Error(String(cause))));
  });
  ua.start();
  await within(registered, 'JsSIP to be registered');
  const nextCall = () => {
    const known = calls.shift();
    return within(known ? Promise.resolve(known) : new Promise<JsCall>((resolve) => waiting.push(resolve)), 'a call');
  };
  return { ua, nextCall };
}

function ring(): LiveCall {
  count += 1;
  const target = { kind: 'endpoint', endpointId: 'SE-alice' } as const;
  return engine.engine.dial({ callId: `js-${count}`, target, from: '+14155550199', ringTimeoutMs: 30_000 });
}

const bindings = () => engine.directory.bindings('SE-alice');
const hears = (leg: LiveCall, event: 'ringing' | 'ended') =>
  within(
    new Promise<unknown>((resolve) => leg.events.once(event, (...[why]: unknown[]) => resolve(why))),
    `${leg.id} to be ${event}`,
  );

/** Stops it, and waits until its registration is gone. */
async function stop({ ua }: Phone): Promise<void> {
  const gone = new Promise<void>((resolve) => ua.once('disconnected', () => resolve()));
  ua.stop();
  await within(gone, 'JsSIP to disconnect');
}

describe('JsSIP over WebSocket (RFC 7118, RFC 5626)', () => {
  it('registers as a flow of a device, and takes its registration back', async () => {
    const phone = await jssip();
    expect(await bindings()).toMatchObject([{ received: { transport: 'ws' }, instance: { regId: 1 } }]);
    await stop(phone);
    await engine.idle();
    expect(await bindings()).toEqual([]);
  });

  it('is rung on its connection, and refuses', async () => {
    const phone = await jssip();
    const leg = ring();
    const ringing = hears(leg, 'ringing');
    const session = await phone.nextCall();
    await ringing;
    expect(session.remote_identity.uri.user).toBe('+14155550199');
    const ended = hears(leg, 'ended');
    session.terminate({ status_code: 486 });
    expect(await ended).toMatchObject({ result: 'busy' });
    await stop(phone);
  });

  it('hears that the caller gave up', async () => {
    const phone = await jssip();
    const leg = ring();
    const ringing = hears(leg, 'ringing');
    const session = await phone.nextCall();
    const failed = new Promise<{ cause: string }>((resolve) => session.on('failed', resolve));
    await ringing;
    leg.hangUp();
    expect((await within(failed, 'JsSIP to hear of it')).cause).toBe('Canceled');
    await stop(phone);
  });

  it('that is loaded anew takes the place of its former self', async () => {
    const id = '8f1fa16a-1165-4a96-8341-785b1ef24f12';
    const before = await jssip(id);
    const after = await jssip(id);
    expect(await bindings()).toHaveLength(1);
    const leg = ring();
    const session = await after.nextCall();
    session.terminate({ status_code: 603 });
    await hears(leg, 'ended');
    await stop(after);
    before.ua.stop();
  });
});
