import { settingsWith } from '@hookswitch/api/config/settings';
import { describe, expect, it } from 'vitest';
import { freeSwitchFront } from './freeswitch-front.js';

const secret = Buffer.alloc(32);
const tcp = { transport: 'tcp', address: '192.0.2.1', port: 5060 } as const;
const listen = { transport: 'udp', address: '192.0.2.1', port: 5060 } as const;

describe('the SIP front of a node with FreeSWITCH', () => {
  it('is there only where it was asked for', () => {
    expect(freeSwitchFront(settingsWith({ freeswitchSip: 'udp:127.0.0.1:5080' }), secret)).toEqual({});
  });

  it('stands before FREESWITCH_SIP, behind SIP_EDGES, under the advertised address', () => {
    const { front } = freeSwitchFront(
      settingsWith({
        freeswitchFront: [listen, tcp],
        freeswitchSip: 'udp:127.0.0.1:5080',
        sipAdvertisedAddress: '198.51.100.7',
        sipEdges: [{ transport: 'udp', address: '10.0.0.5', port: 5062 }],
      }),
      secret,
    );
    expect(front).toMatchObject({
      listen: [listen, tcp],
      advertisedHost: '198.51.100.7',
      backend: { host: '127.0.0.1', port: 5080 },
      edges: [{ transport: 'udp', host: '10.0.0.5', port: 5062 }],
    });
  });

  it.each([
    ['without FREESWITCH_SIP', { freeswitchFront: [listen] }],
    ['with one over TCP', { freeswitchFront: [listen], freeswitchSip: 'tcp:127.0.0.1:5080' }],
    ['itself over TCP alone', { freeswitchFront: [tcp], freeswitchSip: 'udp:127.0.0.1:5080' }],
    ['twice over one transport', { freeswitchFront: [listen, listen], freeswitchSip: 'udp:127.0.0.1:5080' }],
    [
      'over WebSocket',
      { freeswitchFront: [listen, { ...listen, transport: 'ws' }], freeswitchSip: 'udp:127.0.0.1:5080' },
    ],
    [
      'on every address, which none can be told',
      { freeswitchFront: [{ ...listen, address: '0.0.0.0' }], freeswitchSip: 'udp:127.0.0.1:5080' },
    ],
  ] as const)('%s is refused with a sentence', (_how, changes) => {
    expect(() => freeSwitchFront(settingsWith(changes), secret)).toThrow(/FREESWITCH_/);
  });
});
