import { afterAll, beforeAll, describe } from 'vitest';
import { EngineOnLoopback } from '../engine-on-loopback.js';
import { tortureMessagesV6 } from './messages-v6.js';
import { tortureContacts } from './torture-contacts.js';
import { tortureMessages } from './torture-messages.js';
import { oddPhrases, tortureCases, twoInAPacket } from './torture-run.js';

let engine: EngineOnLoopback;

beforeAll(async () => {
  engine = await EngineOnLoopback.start();
  engine.onIncoming = 'refuse';
});

afterAll(() => engine.close());

for (const wire of ['udp', 'tcp'] as const) {
  const subject = () => ({ engine, port: engine.port(wire) });
  describe(`torture messages of RFC 4475 over ${wire.toUpperCase()}`, () => {
    tortureCases(wire, tortureMessages, subject, (message) =>
      wire === 'udp' ? message.expected : (message.onStream ?? message.expected),
    );
    twoInAPacket(wire, subject);
    tortureContacts(wire, subject);
  });

  describe(`torture messages of RFC 5118 over ${wire.toUpperCase()}`, () => {
    tortureCases(wire, tortureMessagesV6, subject, ({ expected }) => expected);
  });
}

describe('answers of RFC 4475', () => {
  oddPhrases(() => ({ engine, port: engine.port('udp') }));
});
