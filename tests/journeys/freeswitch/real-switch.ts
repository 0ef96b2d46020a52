import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The settings of a node before the real FreeSWITCH that FREESWITCH_ESL (`host:port:password`) and FREESWITCH_SIP (`host:port`) name. Throws where they name none. */
export function realSwitchSettings(): Readonly<Record<string, string>> {
  const { FREESWITCH_ESL, FREESWITCH_SIP } = process.env;
  if (FREESWITCH_ESL === undefined) throw new Error('FREESWITCH_ESL names no FreeSWITCH');
  return settingsOf(FREESWITCH_ESL, FREESWITCH_SIP);
}

/** The same of another node, before the FreeSWITCH of FREESWITCH_SECOND_ESL and FREESWITCH_SECOND_SIP; where they name none it is on our own media. */
export function secondSwitchSettings(): Readonly<Record<string, string>> {
  const { FREESWITCH_SECOND_ESL, FREESWITCH_SECOND_SIP } = process.env;
  if (FREESWITCH_SECOND_ESL !== undefined) return settingsOf(FREESWITCH_SECOND_ESL, FREESWITCH_SECOND_SIP);
  console.log('FREESWITCH_SECOND_ESL names no other one: the second node is on our own media.');
  return {};
}

function settingsOf(esl: string, sip = '127.0.0.1:5080'): Readonly<Record<string, string>> {
  console.log(`This journey runs on a real FreeSWITCH at ${esl.split(':', 2).join(':')}.`);
  return {
    MEDIA_ENGINE: 'freeswitch',
    FREESWITCH_ESL: esl,
    FREESWITCH_SOUNDS: mkdtempSync(join(process.env.FREESWITCH_SOUNDS ?? tmpdir(), 'sounds-')),
    FREESWITCH_SIP: `udp:${sip}`,
    FREESWITCH_FRONT: 'udp:127.0.0.1:0,tcp:127.0.0.1:0',
  };
}
