import { systemClock } from '@hookswitch/kernel/clock';
import { systemRandom } from '@hookswitch/kernel/random';
import { systemNetwork } from '@hookswitch/media/net/system-network';
import { udpMediaNetwork } from '@hookswitch/media/net/udp-media-socket';
import { afterAll, afterEach } from 'vitest';
import type { CalleeScript, FarEnd } from '../../contracts/call-engine-worlds/call-world.js';
import { SipPhone } from '../../contracts/call-engine-worlds/sip-phone.js';
import { freeUdpPorts } from '../../peers/free-udp-ports.js';
import { useWorld, type WorldOptions } from '../world.js';
import { useDoubleWorld } from './double-world.js';
import { realSwitchSettings } from './real-switch.js';

/** A platform on FreeSWITCH with phones around it. */
export interface SwitchWorld {
  /** Which FreeSWITCH it is. */
  readonly name: string;
  readonly on: ReturnType<typeof useWorld>;
  /** A carrier's caller dials a number of ours. */
  call(number: string): Promise<FarEnd>;
  /** A phone that can be called at that SIP address. */
  phone(script: CalleeScript): Promise<{ readonly uri: string; readonly calls: readonly FarEnd[] }>;
  /** Waits for a condition. */
  when(what: string, holds: () => boolean): Promise<unknown>;
}

/** On the real FreeSWITCH that FREESWITCH_ESL names, with SIP phones; on the protocol double where it names none. */
export function useSwitchWorld(options: WorldOptions): Promise<SwitchWorld> {
  return process.env.FREESWITCH_ESL === undefined ? onTheDouble(options) : onTheRealOne(options);
}

const from = '+442071838750';

async function onTheDouble(options: WorldOptions): Promise<SwitchWorld> {
  console.log('This journey runs on the FreeSWITCH protocol double: FREESWITCH_ESL names no real one.');
  const { on, double, when } = await useDoubleWorld(options);
  return {
    name: 'the protocol double',
    on,
    call: async (to) => double.placeCall({ from, to, as: 'trunk' }),
    phone: async (script) => {
      const { address, calls } = double.phone(script);
      return { uri: `sip:200@${address}`, calls };
    },
    when,
  };
}

async function onTheRealOne(options: WorldOptions): Promise<SwitchWorld> {
  const settings = realSwitchSettings();
  const on = useWorld({ ...options, settings: { ...settings, ...options.settings } });
  const phones: SipPhone[] = [];
  const opened = async (script: CalleeScript = {}) => {
    const surroundings = { clock: systemClock, random: systemRandom, network: systemNetwork, media: udpMediaNetwork };
    const at = { transport: 'udp', address: '127.0.0.1', port: 0, mediaPort: await freeUdpPorts(20) } as const;
    const phone = await new SipPhone({ ...surroundings, ...at }, script).open();
    phones.push(phone);
    return phone;
  };
  const close = async () => {
    for (const phone of phones.splice(0)) await phone.close();
  };
  afterEach(close);
  afterAll(close);
  return {
    name: 'a real one',
    on,
    call: async (to) => {
      const { host: address, port } = on.world.sip;
      return (await opened()).call({ address, port }, { from, to, headers: [], offer: 'usual' });
    },
    phone: async (script) => {
      const { port, calls } = await opened(script);
      return { uri: `sip:200@127.0.0.1:${port}`, calls };
    },
    when: (what, holds) => on.world.eventually(what, async () => holds() || undefined),
  };
}
