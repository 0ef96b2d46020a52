import { describe, expect, it } from 'vitest';
import { isPrivateAddress, Latch } from './latch.js';

const window = 5000;
const publicPeer = { address: '198.51.100.7', port: 4000, signallingSourceAddress: '198.51.100.9' };
const natPeer = { address: '192.168.1.5', port: 4000, signallingSourceAddress: '198.51.100.9' };

function latchFor(peer: typeof publicPeer): Latch {
  const latch = new Latch();
  latch.setPeer(peer, 0, window);
  return latch;
}

/** A paced stream; answers how many of its packets were taken. */
function stream(latch: Latch, address: string, port: number, count: number, startAt = 0, gapMs = 20): number {
  let taken = 0;
  for (let at = 0; at < count; at++) {
    if (latch.accept(address, port, 5, (65_530 + at) & 0xffff, startAt + at * gapMs)) taken++;
  }
  return taken;
}

describe('latching (RFC 4961, without RTP bleed)', () => {
  it('takes and sends nothing before signalling', () => {
    const latch = new Latch();
    expect(stream(latch, '198.51.100.7', 4000, 10)).toBe(0);
    expect(latch.port).toBe(0);
  });

  it('sends to the signalled address at once, and takes what comes from there', () => {
    const latch = latchFor(publicPeer);
    expect([latch.address, latch.port]).toEqual(['198.51.100.7', 4000]);
    expect(stream(latch, '198.51.100.7', 4000, 3)).toBe(3);
    expect(latch.state).toBe('confirmed');
  });

  it.each([
    ['the signalled address on another port', publicPeer, '198.51.100.7', 5000, true],
    ['the source of the signalling', publicPeer, '198.51.100.9', 5000, true],
    ['any other address', publicPeer, '203.0.113.1', 4000, false],
    ['a private signalled address: the source of the signalling', natPeer, '198.51.100.9', 5000, true],
    ['a private signalled address: another host of that network', natPeer, '192.168.1.6', 4000, false],
    ['a private signalled address: another port of it', natPeer, '192.168.1.5', 4002, false],
  ])('%s', (_name, peer, address, port, latched) => {
    const latch = latchFor(peer);
    const taken = stream(latch, address, port, 10);
    expect(taken > 0).toBe(latched);
    expect(latch.address === address && latch.port === port).toBe(latched);
  });

  it('latches once only', () => {
    const latch = latchFor(natPeer);
    stream(latch, '198.51.100.9', 5000, 10);
    expect(stream(latch, '198.51.100.9', 6000, 100, 300)).toBe(0);
    expect(latch.port).toBe(5000);
  });

  it('latches within its window only', () => {
    expect(stream(latchFor(natPeer), '198.51.100.9', 5000, 20, window + 1)).toBe(0);
  });

  it('prefers the signalled address to one it latched to', () => {
    const latch = latchFor(publicPeer);
    stream(latch, '198.51.100.9', 6000, 10);
    expect(stream(latch, '198.51.100.7', 4000, 2, 300)).toBe(2);
    expect(latch.port).toBe(4000);
    expect(stream(latch, '198.51.100.9', 6000, 50, 400)).toBe(0);
  });

  it('is not latched by a flood, nor by packets without an order', () => {
    const flooded = latchFor(natPeer);
    expect(stream(flooded, '198.51.100.9', 5000, 1000, 0, 0)).toBe(0);
    const disordered = latchFor(natPeer);
    for (let at = 0; at < 1000; at++) disordered.accept('198.51.100.9', 5000, 5, (at * 7919) & 0xffff, at);
    expect(disordered.state).toBe('signalled');
  });

  it('keeps what it found when signalling repeats itself, and starts anew when it moves the peer', () => {
    const latch = latchFor(natPeer);
    stream(latch, '198.51.100.9', 5000, 10);
    latch.setPeer(natPeer, 1000, window);
    expect(latch.port).toBe(5000);
    latch.setPeer({ ...natPeer, port: 4444 }, 1000, window);
    expect([latch.address, latch.port]).toEqual(['192.168.1.5', 4444]);
    expect(stream(latch, '198.51.100.9', 7000, 10, 1100)).toBeGreaterThan(0);
  });

  it('lets 100,000 forged packets before, during and after the setup neither move nor enter the stream', () => {
    const latch = new Latch();
    let taken = 0;
    const spray = (count: number, from: number) => {
      for (let at = 0; at < count; at++) {
        const host = `203.0.113.${at % 250}`;
        if (latch.accept(host, 1024 + (at % 60_000), at % 3, at & 0xffff, from + at / 100)) taken++;
      }
    };
    spray(30_000, 0);
    latch.setPeer(natPeer, 300, window);
    spray(40_000, 300);
    expect(stream(latch, '198.51.100.9', 5000, 10, 700)).toBeGreaterThan(0);
    spray(30_000, 900);
    expect(taken).toBe(0);
    expect([latch.address, latch.port]).toEqual(['198.51.100.9', 5000]);
  });

  it.each([
    ['10.1.2.3', true],
    ['172.31.0.1', true],
    ['172.32.0.1', false],
    ['100.64.0.1', true],
    ['::ffff:192.168.0.1', true],
    ['fd00::1', true],
    ['2001:db8::1', false],
    ['8.8.8.8', false],
  ])('%s is private: %s', (address, expected) => {
    expect(isPrivateAddress(address)).toBe(expected);
  });
});
