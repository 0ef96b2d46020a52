import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeUdpPorts } from '../../../peers/free-udp-ports.js';

/** The settings of a node before the real FreeSWITCH that FREESWITCH_ESL (`host:port:password`) and FREESWITCH_SIP (`host:port`) name. Throws where they name none. */
export async function realSwitchSettings(): Promise<Readonly<Record<string, string>>> {
  const { FREESWITCH_ESL, FREESWITCH_SIP = '127.0.0.1:5080', FREESWITCH_SOUNDS = tmpdir() } = process.env;
  if (FREESWITCH_ESL === undefined) throw new Error('FREESWITCH_ESL names no FreeSWITCH');
  console.log(`This journey runs on a real FreeSWITCH at ${FREESWITCH_ESL.split(':', 2).join(':')}.`);
  const port = await freeUdpPorts(1);
  return {
    MEDIA_ENGINE: 'freeswitch',
    FREESWITCH_ESL,
    FREESWITCH_SOUNDS: mkdtempSync(join(FREESWITCH_SOUNDS, 'sounds-')),
    FREESWITCH_SIP: `udp:${FREESWITCH_SIP}`,
    FREESWITCH_FRONT: `udp:127.0.0.1:${port},tcp:127.0.0.1:${port}`,
  };
}
