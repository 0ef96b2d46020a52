import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRtp, RtpFields, rtpHeaderLength, writeRtpHeader } from './rtp-packet.js';

describe('RTP packets (RFC 3550 5.1)', () => {
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(
        fc.nat(127),
        fc.boolean(),
        fc.nat(0xffff),
        fc.nat(0xffffffff),
        fc.nat(0xffffffff),
        fc.uint8Array({ maxLength: 480 }),
        (payloadType, marker, sequence, timestamp, ssrc, payload) => {
          const bytes = new Uint8Array(rtpHeaderLength + payload.length);
          writeRtpHeader(bytes, payloadType, marker, sequence, timestamp, ssrc);
          bytes.set(payload, rtpHeaderLength);
          const fields = new RtpFields();
          expect(parseRtp(bytes, fields)).toBe(true);
          expect(fields).toEqual({
            payloadType,
            marker,
            sequence,
            timestamp,
            ssrc,
            payloadStart: rtpHeaderLength,
            payloadEnd: bytes.length,
          });
        },
      ),
    );
  });

  it('survives any bytes, and never points outside of them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1600 }), fc.boolean(), (bytes, plausible) => {
        if (plausible && bytes.length > 0) bytes[0] = 0x80 | (bytes[0]! & 0x3f);
        const fields = new RtpFields();
        if (!parseRtp(bytes, fields)) return;
        expect(fields.payloadStart).toBeGreaterThanOrEqual(rtpHeaderLength);
        expect(fields.payloadStart).toBeLessThanOrEqual(fields.payloadEnd);
        expect(fields.payloadEnd).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['shorter than a header', [0x80, 0, 0, 0], false],
    ['version 1', [0x40, ...Array(20).fill(0)], false],
    ['two contributing sources', [0x82, ...Array(19).fill(0)], true],
    ['more contributing sources than there is room', [0x8f, ...Array(20).fill(0)], false],
    ['an extension that reaches beyond the end', [0x90, ...Array(13).fill(0), 0, 9, 0, 0], false],
    ['an extension of one word', [0x90, ...Array(13).fill(0), 0, 1, 0, 0, 0, 0, 7], true],
    ['padding of nothing', [0xa0, ...Array(20).fill(0)], false],
    ['padding longer than the payload', [0xa0, ...Array(11).fill(0), 1, 2, 9], false],
    ['padding of two', [0xa0, ...Array(11).fill(0), 1, 0, 2], true],
  ])('%s', (_name, bytes, taken) => {
    expect(parseRtp(Uint8Array.from(bytes), new RtpFields())).toBe(taken);
  });
});
