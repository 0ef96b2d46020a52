import { afterAll, beforeAll, describe } from 'vitest';
import { KamailioEdge } from '../../peers/kamailio-edge.js';
import { EngineOnLoopback } from '../engine-on-loopback.js';
import { tortureMessagesV6 } from './messages-v6.js';
import { tortureContacts } from './torture-contacts.js';
import type { Outcome, TortureMessage } from './torture-message.js';
import { tortureMessages } from './torture-messages.js';
import { oddPhrases, tortureCases, twoInAPacket } from './torture-run.js';

/**
 * What Kamailio 5.6 reads no further than to see that it is broken, it drops: the sender learns by its time-out, nobody keeps anything. The RFC would have
 * it answered with 400 (or 505), or says that it may; both leave the sender without a call.
 */
const dropped = (onStream: Outcome): Deviation => ({ udp: 'dropped', tcp: onStream });
/** These are sound, and the node takes them; Kamailio's parser does not. No phone or carrier that we know sends the like. */
const notRead = dropped;

interface Deviation {
  readonly udp: Outcome;
  readonly tcp: Outcome;
}

/** By the short names of RFC 4475: where the outcome through the edge is not that of the node alone. */
const deviations: Readonly<Record<string, Deviation>> = {
  // A CSeq over two lines.
  wsinv: notRead('closed'),
  'wsinv, its To without a tag': notRead('closed'),
  // A header name with every character that a token may have.
  'intmeth: a wide range of valid characters': notRead('dropped'),
  // A header name with a %.
  esc02: notRead('dropped'),
  badinv01: dropped('dropped'),
  ncl: dropped('dropped'),
  quotbal: dropped('closed'),
  lwsruri: dropped('closed'),
  lwsstart: dropped('closed'),
  badvers: dropped('dropped'),
  insuf: dropped('closed'),
  multi01: dropped('closed'),
  mcl01: dropped('dropped'),
  // A response of an impossible status: dropped here too, and the connection with it.
  bigcode: { udp: 'dropped', tcp: 'closed' },
  // A proxy must not send it on (RFC 3261 16.3); the node is where it was meant for.
  zeromf: { udp: 483, tcp: 483 },
};

let engine: EngineOnLoopback;
let edge: KamailioEdge;

beforeAll(async () => {
  edge = await KamailioEdge.start();
  engine = await EngineOnLoopback.start({ edges: [{ transport: 'udp', address: '127.0.0.1', port: edge.innerPort }] });
  engine.onIncoming = 'refuse';
  await edge.configure([`sip:127.0.0.1:${engine.port('udp')};transport=udp`], ['127.0.0.1']);
});

afterAll(async () => {
  await engine.close();
  await edge.stop();
});

for (const wire of ['udp', 'tcp'] as const) {
  const subject = () => ({ engine, port: edge.port });
  const outcomeOf = ({ name, expected, onStream }: TortureMessage) => {
    const deviation = deviations[name] ?? deviations[name.split(':')[0]!];
    return deviation?.[wire] ?? (wire === 'udp' ? expected : (onStream ?? expected));
  };
  describe(`torture messages of RFC 4475 through the edge over ${wire.toUpperCase()}`, () => {
    tortureCases(wire, tortureMessages, subject, outcomeOf);
    twoInAPacket(wire, subject);
    tortureContacts(wire, subject);
  });

  describe(`torture messages of RFC 5118 through the edge over ${wire.toUpperCase()}`, () => {
    tortureCases(wire, tortureMessagesV6, subject, outcomeOf);
  });
}

describe('answers of RFC 4475 through the edge', () => {
  oddPhrases(() => ({ engine, port: edge.port }));
});
