import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressRules, InvalidAllowListError } from './address-rules.js';

const publicOnly = addressRules();

describe('address rules', () => {
  const refused = [
    ['0.0.0.0', 'this host (RFC 1122 3.2.1.3)'],
    ['0.1.2.3', 'this network'],
    ['10.0.0.1', 'private (RFC 1918)'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'carrier-grade NAT (RFC 6598)'],
    ['100.100.100.200', 'metadata of a cloud, in the NAT range'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['169.254.169.254', 'metadata, link-local (RFC 3927)'],
    ['168.63.129.16', 'metadata of a cloud'],
    ['192.0.0.192', 'protocol assignments'],
    ['192.0.2.1', 'documentation'],
    ['198.18.0.1', 'benchmarking'],
    ['198.51.100.1', 'documentation'],
    ['203.0.113.1', 'documentation'],
    ['224.0.0.1', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['[::1]', 'loopback in brackets'],
    ['::ffff:127.0.0.1', 'v4-mapped loopback (RFC 4291 2.5.5.2)'],
    ['::ffff:7f00:1', 'v4-mapped loopback in hex'],
    ['::ffff:a9fe:a9fe', 'v4-mapped metadata'],
    ['0:0:0:0:0:ffff:10.0.0.1', 'v4-mapped private'],
    ['::127.0.0.1', 'v4-compatible'],
    ['::8.8.8.8', 'v4-compatible, deprecated'],
    ['64:ff9b::7f00:1', 'NAT64 of loopback (RFC 6052)'],
    ['64:ff9b::a9fe:a9fe', 'NAT64 of metadata'],
    ['64:ff9b:1::808:808', 'local NAT64 (RFC 8215)'],
    ['2002:7f00:1::1', '6to4 of loopback (RFC 3056)'],
    ['2002:808:808::1', '6to4'],
    ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'Teredo (RFC 4380)'],
    ['2001:db8::1', 'documentation'],
    ['fc00::1', 'unique local (RFC 4193)'],
    ['fd00:ec2::254', 'metadata of a cloud'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local with a zone'],
    ['fec0::1', 'site-local'],
    ['ff02::1', 'multicast'],
    ['100::1', 'discard (RFC 6666)'],
    ['4000::1', 'outside global unicast'],
    ['2130706433', 'a number is no address here'],
    ['localhost', 'a name is no address here'],
    ['', 'nothing'],
  ] as const;

  it.each(refused)('refuses %s: %s', (address) => {
    expect(publicOnly.refusal(address)).toBeTypeOf('string');
  });

  it.each(['8.8.8.8', '93.184.216.34', '2606:4700:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808'])(
    'allows the public address %s',
    (address) => {
      expect(publicOnly.refusal(address)).toBeUndefined();
    },
  );

  it('allows what the installation lists, however it is written, and nothing beside it', () => {
    const rules = addressRules(['127.0.0.0/8', '::1', '10.1.2.3']);
    for (const address of ['127.0.0.1', '127.9.9.9', '::ffff:127.0.0.1', '::1', '10.1.2.3']) {
      expect(rules.refusal(address), address).toBeUndefined();
    }
    for (const address of ['10.1.2.4', '169.254.169.254', '192.168.0.1', '::']) {
      expect(rules.refusal(address), address).toBeTypeOf('string');
    }
  });

  it.each(['10.0.0.0/33', 'localhost', '10.0.0.0/', '', '300.1.1.1'])(
    'names a wrong entry of the list: %j',
    (entry) => {
      expect(() => addressRules([entry])).toThrow(InvalidAllowListError);
    },
  );

  it('refuses every private IPv4 address in every IPv6 wrapping', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const inner = fc.oneof(
      fc.tuple(fc.constant(10), octet, octet, octet),
      fc.tuple(fc.constant(127), octet, octet, octet),
      fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
      fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
    );
    const wrappings = ['::ffff:', '64:ff9b::', '::', ''];
    fc.assert(
      fc.property(inner, fc.constantFrom(...wrappings), (octets, wrapping) => {
        expect(publicOnly.refusal(wrapping + octets.join('.'))).toBeTypeOf('string');
      }),
    );
  });

  it('never throws, whatever it is asked', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        publicOnly.refusal(text);
      }),
    );
  });
});
