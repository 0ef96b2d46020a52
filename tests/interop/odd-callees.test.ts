import type { LiveCall } from '@hookswitch/media/port/live-call';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cseqOf, headerOf, headersOf, type SipText, tagIn } from '../peers/tone-phone/sip-text.js';
import { EngineOnLoopback } from './engine-on-loopback.js';
import { OddMedia } from './odd-media.js';
import { RawSip } from './raw-sip.js';

let engine: EngineOnLoopback;
let count = 0;

beforeAll(async () => {
  engine = await EngineOnLoopback.start();
});

afterAll(() => engine.close());

/** A carrier that is called, and answers by hand. */
class OddCallee {
  readonly raw: RawSip;
  readonly media: OddMedia;
  readonly leg: LiveCall;
  readonly ended: Promise<unknown>;

  private constructor(raw: RawSip, media: OddMedia) {
    count += 1;
    this.raw = raw;
    this.media = media;
    this.leg = engine.engine.dial({
      callId: `odd-${count}`,
      target: { kind: 'sip', uri: `sip:+14155550100@127.0.0.1:${raw.port};user=phone` },
      from: '+14155550199',
      ringTimeoutMs: 30_000,
    });
    this.ended = new Promise((resolve) => this.leg.events.once('ended', resolve));
  }

  static async called(): Promise<OddCallee> {
    const raw = await RawSip.open('udp', { host: '127.0.0.1', port: engine.port('udp') });
    return new OddCallee(raw, await OddMedia.open('caller'));
  }

  async theirs(method: string, number = 0): Promise<SipText> {
    const found = await this.raw.messages.until(`${method} number ${number}`, () => {
      const all = this.raw.messages.all.filter(({ sip }) => sip.method === method);
      const branches = [...new Map(all.map((one) => [headerOf(one.sip, 'Via'), one])).values()];
      return branches[number];
    });
    return found.sip;
  }

  respond(request: SipText, status: string, tag: string, lines: readonly string[] = [], body = ''): void {
    const copied = request.headers
      .filter(([name]) => ['via', 'from', 'to', 'call-id', 'cseq'].includes(name.toLowerCase()))
      .map(([name, value]) =>
        name === 'To' && tag !== '' && tagIn(value) === '' ? `t: ${value};tag=${tag}` : `${name}: ${value}`,
      );
    const type = body === '' ? [] : ['c: application/sdp'];
    this.raw.send(
      [`SIP/2.0 ${status}`, ...copied, ...lines, ...type, `l: ${Buffer.byteLength(body)}`, '', body].join('\r\n'),
    );
  }

  sdp(port = this.media.port): string {
    return [
      'v=0',
      'o=- 0 0 IN IP4 127.0.0.1',
      's=session',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      `m=audio ${port} RTP/AVP 0`,
      '',
    ].join('\r\n');
  }

  contact(user: string): string {
    return `m: <sip:${user}@127.0.0.1:${this.raw.port}>`;
  }

  listenTo(invite: SipText): void {
    this.media.remote = { host: '127.0.0.1', port: Number(/^m=audio (\d+)/m.exec(invite.body)?.[1]) };
  }

  close(): void {
    this.media.close();
    this.raw.close();
  }
}

describe('callees with odd answers', () => {
  it('183, 180, another fork, then a 200 with a third tag and a new Contact: ACK and BYE go there, sound both ways', async () => {
    const callee = await OddCallee.called();
    const invite = await callee.theirs('INVITE');
    callee.respond(invite, '100 ', '');
    callee.respond(invite, '183 Session Progress', 'one', [callee.contact('one')], callee.sdp());
    callee.respond(invite, '180 Ringing', 'one', [callee.contact('one')]);
    callee.respond(invite, '183 Fork', 'two', [callee.contact('two')], callee.sdp(9));
    callee.respond(invite, '181 Call Is Being Forwarded', 'two', [callee.contact('two')]);
    const odd = '200 = 2**3 * 5**2 но сто девяносто девять - простое';
    callee.respond(invite, odd, 'three', [callee.contact('three')], callee.sdp());
    const ack = await callee.theirs('ACK');
    expect(ack.uri).toBe(`sip:three@127.0.0.1:${callee.raw.port}`);
    expect(tagIn(headerOf(ack, 'To'))).toBe('three');
    callee.listenTo(invite);
    const out = engine.engine.dial({
      callId: 'to-desk',
      target: { kind: 'sip', uri: `sip:desk@127.0.0.1:${engine.desk.address.port}` },
      from: '1',
      ringTimeoutMs: 30_000,
    });
    const desk = await engine.desk.nextCall();
    await desk.answer();
    engine.engine.connect(callee.leg, out);
    await Promise.all([callee.media.hears('callee'), desk.media.hears('caller')]);
    callee.leg.hangUp();
    const bye = await callee.theirs('BYE');
    expect(bye.uri).toBe(`sip:three@127.0.0.1:${callee.raw.port}`);
    callee.respond(bye, '200 OK', '');
    await callee.ended;
    out.hangUp();
    await desk.ended;
    callee.close();
  });

  it('two forks that both answer: the second is acknowledged and ended (RFC 3261 13.2.2.4)', async () => {
    const callee = await OddCallee.called();
    const invite = await callee.theirs('INVITE');
    callee.respond(invite, '200 OK', 'first', [callee.contact('first')], callee.sdp());
    callee.respond(invite, '200 OK', 'second', [callee.contact('second')], callee.sdp(9));
    const bye = await callee.theirs('BYE');
    expect(bye.uri).toContain('second@');
    callee.respond(bye, '200 OK', '');
    const acks = [await callee.theirs('ACK', 0), await callee.theirs('ACK', 1)];
    expect(acks.map((ack) => tagIn(headerOf(ack, 'To'))).sort()).toEqual(['first', 'second']);
    expect(callee.leg.status).toBe('answered');
    callee.leg.hangUp();
    const own = await callee.theirs('BYE', 1);
    expect(own.uri).toContain('first@');
    callee.respond(own, '200 OK', '');
    await callee.ended;
    callee.close();
  });

  it('422 with Min-SE: tried again with that interval, and refreshes are left to the one named (RFC 4028 7.3)', async () => {
    const callee = await OddCallee.called();
    const invite = await callee.theirs('INVITE');
    callee.respond(invite, '422 Session Interval Too Small', 'x', ['Min-SE: 7200']);
    const again = await callee.theirs('INVITE', 1);
    expect(headerOf(again, 'Session-Expires')).toMatch(/^7200/);
    expect(headerOf(again, 'Min-SE')).toBe('7200');
    expect(cseqOf(again).number).toBe(cseqOf(invite).number + 1);
    expect(headerOf(again, 'Call-ID')).toBe(headerOf(invite, 'Call-ID'));
    const timer = ['x: 7200;refresher=uas', 'Require: timer'];
    callee.respond(again, '200 OK', 'y', [callee.contact('y'), ...timer], callee.sdp());
    await callee.theirs('ACK', 1);
    expect(callee.leg.status).toBe('answered');
    callee.leg.hangUp();
    callee.respond(await callee.theirs('BYE'), '200 OK', '');
    await callee.ended;
    callee.close();
  });

  it('a BYE right behind the 200 ends the call once', async () => {
    const callee = await OddCallee.called();
    const invite = await callee.theirs('INVITE');
    callee.respond(invite, '200 OK', 'z', [callee.contact('z')], callee.sdp());
    callee.raw.send(
      [
        `BYE ${/<([^>]*)>/.exec(headerOf(invite, 'Contact'))?.[1]} SIP/2.0`,
        `Via: ${callee.raw.via('z9hG4bKearlybye')}`,
        'Max-Forwards: 70',
        `From: ${headerOf(invite, 'To')};tag=z`,
        `To: ${headerOf(invite, 'From')}`,
        `Call-ID: ${headerOf(invite, 'Call-ID')}`,
        'CSeq: 77 BYE',
        'Reason: Q.850;cause=16;text="Normal, clearing"',
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
    );
    await callee.ended;
    expect(callee.leg.termination).toMatchObject({ by: 'remote' });
    const answers = callee.raw.messages.all.filter(({ sip }) => headersOf(sip, 'CSeq').includes('77 BYE'));
    expect(answers.map(({ sip }) => sip.status)).toEqual([200]);
    callee.close();
  });

  it('nothing is left afterwards', () => engine.idle());
});
