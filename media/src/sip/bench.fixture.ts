import { seededRandom } from '@hookswitch/kernel/random';
import type { Flow } from './flow.js';
import type { SipEvent, SipOutput } from './sip-event.js';
import { defaultSipLimits, defaultSipTimers } from './sip-settings.js';
import { answerSdp, offerSdp } from './two-stations.js';
import { SipUserAgent } from './user-agent.js';

/** Where the raw messages come from. */
export const flow: Flow = {
  transport: 'udp',
  localAddress: '10.0.0.2',
  localPort: 5060,
  remoteAddress: '192.0.2.9',
  remotePort: 33_000,
};

/** A user agent at 10.0.0.2 that raw messages are put into. For tests. */
export function bench() {
  const ua = new SipUserAgent({
    timers: defaultSipTimers,
    limits: defaultSipLimits,
    sessionTimer: { expiresSeconds: 0, minSeSeconds: 90 },
    advertise: (transport) => ({ host: '10.0.0.2', port: transport === 'tls' ? 5061 : 5060 }),
    userAgent: 'bench',
    random: seededRandom(1),
  });
  const outputs: SipOutput[] = [];
  let now = 0;
  const drain = () => {
    for (let output = ua.poll(); output; output = ua.poll()) outputs.push(output);
  };
  return {
    ua,
    outputs,
    receive(text: string | Buffer, over: Flow = flow) {
      ua.handlePacket(Buffer.from(text), over, now);
      drain();
    },
    run(action: (at: number) => void) {
      action(now);
      drain();
    },
    advance(ms: number) {
      const end = now + ms;
      for (let next = ua.nextTimeout(); next !== undefined && next <= end; next = ua.nextTimeout()) {
        now = next;
        ua.handleTimeout(now);
        drain();
      }
      now = end;
    },
    sent: () => outputs.flatMap((output) => (output.kind === 'send' ? [output.bytes.toString()] : [])),
    targets: () => outputs.flatMap((output) => (output.kind === 'send' ? [output.target] : [])),
    statuses: () =>
      outputs.flatMap((output) =>
        output.kind === 'send' ? [Number(/^SIP\/2.0 (\d+)/.exec(output.bytes.toString())?.[1])] : [],
      ),
    event<Type extends SipEvent['type']>(type: Type): Extract<SipEvent, { type: Type }> {
      const found = outputs
        .flatMap((output) => (output.kind === 'event' && output.event.type === type ? [output.event] : []))
        .at(-1);
      if (!found) throw new Error(`no ${type}`);
      return found as Extract<SipEvent, { type: Type }>;
    },
    events: () =>
      outputs.flatMap((output) =>
        output.kind === 'event' && output.event.type !== 'signalling' ? [output.event.type] : [],
      ),
  };
}

/** What a raw request is written from. */
export interface Parts {
  method?: string;
  uri?: string;
  branch?: string;
  toTag?: string;
  cseq?: number;
  extra?: string[];
  body?: string;
  via?: string;
  callId?: string;
}

/** A request of the far end's. */
export function text({
  method = 'INVITE',
  uri = 'sip:100@10.0.0.2',
  branch = 'z9hG4bKa',
  toTag,
  cseq = 1,
  extra = [],
  body = '',
  via,
  callId = 'call1',
}: Parts): string {
  const type = body && !extra.some((line) => line.startsWith('Content-Type')) ? ['Content-Type: application/sdp'] : [];
  const contact = extra.some((line) => line.startsWith('Contact')) ? [] : ['Contact: <sip:a@192.0.2.9:33000>'];
  return [
    `${method} ${uri} SIP/2.0`,
    via ?? `Via: SIP/2.0/UDP 192.0.2.9:33000;rport;branch=${branch}`,
    'From: <sip:a@example.net>;tag=far',
    `To: <sip:100@10.0.0.2>${toTag ? `;tag=${toTag}` : ''}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} ${method}`,
    ...contact,
    ...type,
    ...extra,
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

/** Takes an INVITE, answers and acknowledges it. Gives our tag. */
export function established(at: ReturnType<typeof bench>, parts: Parts = {}, over: Flow = flow): string {
  at.receive(text({ body: offerSdp, ...parts }), over);
  const { requestId } = at.event('invite');
  at.run((now) => at.ua.respond(requestId, 200, { sdp: answerSdp }, now));
  const toTag = /\r\nTo: .*;tag=(\w+)/.exec(at.sent().at(-1)!)![1]!;
  at.receive(text({ method: 'ACK', branch: 'z9hG4bKack', toTag }), over);
  return toTag;
}
