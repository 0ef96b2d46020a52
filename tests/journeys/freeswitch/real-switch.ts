import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeUdpPorts } from '../../peers/free-udp-ports.js';

/** The settings of a node before the real FreeSWITCH that FREESWITCH_ESL (`host:port:password`) and FREESWITCH_SIP (`host:port`) name. Throws where they name none. */
export async function realSwitchSettings(): Promise<Readonly<Record<string, string>>> {
  const { FREESWITCH_ESL, FREESWITCH_SIP } = process.env;
  if (FREESWITCH_ESL === undefined) throw new Error('FREESWITCH_ESL names no FreeSWITCH');
  return settingsOf(FREESWITCH_ESL, FREESWITCH_SIP);
}

/** The same of another node, before the FreeSWITCH of FREESWITCH_SECOND_ESL and FREESWITCH_SECOND_SIP; where they name none it is on our own media. */
export async function secondSwitchSettings(): Promise<Readonly<Record<string, string>>> {
  const { FREESWITCH_SECOND_ESL, FREESWITCH_SECOND_SIP } = process.env;
  if (FREESWITCH_SECOND_ESL !== undefined) return settingsOf(FREESWITCH_SECOND_ESL, FREESWITCH_SECOND_SIP);
  console.log('FREESWITCH_SECOND_ESL names no other one: the second node is on our own media.');
  return {};
}

async function settingsOf(esl: string, sip = '127.0.0.1:5080'): Promise<Readonly<Record<string, string>>> {
  console.log(`This journey runs on a real FreeSWITCH at ${esl.split(':', 2).join(':')}.`);
  const port = await freeUdpPorts(1);
  return {
    MEDIA_ENGINE: 'freeswitch',
    FREESWITCH_ESL: esl,
    FREESWITCH_SOUNDS: mkdtempSync(join(process.env.FREESWITCH_SOUNDS ?? tmpdir(), 'sounds-')),
    FREESWITCH_SIP: `udp:${sip}`,
    FREESWITCH_FRONT: `udp:127.0.0.1:${port},tcp:127.0.0.1:${port}`,
  };
}
