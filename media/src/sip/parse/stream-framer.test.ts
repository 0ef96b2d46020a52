import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SipSyntaxError, SipTooLargeError } from '../sip-errors.js';
import { defaultSipLimits } from '../sip-settings.js';
import { StreamFramer } from './stream-framer.js';

function message(body: string, name = 'Content-Length'): Buffer {
  return Buffer.from(`OPTIONS sip:a SIP/2.0\r\n${name}: ${Buffer.byteLength(body)}\r\nX: y\r\n\r\n${body}`);
}

describe('the stream framer (RFC 3261 18.3)', () => {
  it('reads a Content-Length whose number stands on a folded line (7.3.1)', () => {
    const folded = Buffer.from('OPTIONS sip:a SIP/2.0\r\nl :\r\n  3\r\n\r\noneOPTIONS');
    const { messages } = new StreamFramer(defaultSipLimits).push(folded);
    expect(messages.map((each) => each.toString().slice(-3))).toEqual(['one']);
  });

  it('finds the same messages and pings however the stream is cut', () => {
    const messages = [message('one'), message('', 'l'), message('tw\r\n\r\no'), message('drei', 'CONTENT-LENGTH ')];
    const ping = Buffer.from('\r\n\r\n');
    const stream = Buffer.concat([
      messages[0]!,
      ping,
      messages[1]!,
      messages[2]!,
      ping,
      Buffer.from('\r\n'),
      messages[3]!,
    ]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: stream.length }), { maxLength: 30 }), (cuts) => {
        const framer = new StreamFramer(defaultSipLimits);
        const found: string[] = [];
        let pings = 0;
        const ends = [...new Set([...cuts, stream.length])].sort((a, b) => a - b);
        let start = 0;
        for (const end of ends) {
          const result = framer.push(stream.subarray(start, end));
          found.push(...result.messages.map(String));
          pings += result.pings;
          start = end;
        }
        expect(found).toEqual(messages.map(String));
        expect(pings).toBe(2);
      }),
    );
  });

  it('refuses a message that does not say how long it is, or says it twice differently (20.14)', () => {
    const push = (text: string) => () => new StreamFramer(defaultSipLimits).push(Buffer.from(text));
    expect(push('OPTIONS sip:a SIP/2.0\r\nX: y\r\n\r\n')).toThrow(SipSyntaxError);
    expect(push('OPTIONS sip:a SIP/2.0\r\nl: 1\r\nContent-Length: 2\r\n\r\n')).toThrow(SipSyntaxError);
  });

  it('refuses what grows beyond the limits, headers and bodies alike', () => {
    const framer = new StreamFramer(defaultSipLimits);
    expect(() => {
      for (let i = 0; i < 100; i++) framer.push(Buffer.alloc(10_000, 'a'));
    }).toThrow(SipTooLargeError);
    const other = new StreamFramer(defaultSipLimits);
    expect(() => other.push(Buffer.from('OPTIONS sip:a SIP/2.0\r\nl: 999999999\r\n\r\n'))).toThrow(SipTooLargeError);
  });

  it('any bytes give messages or an error of its own', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 }), (chunks) => {
        const framer = new StreamFramer(defaultSipLimits);
        try {
          for (const chunk of chunks) framer.push(Buffer.from(chunk));
        } catch (error) {
          if (!(error instanceof SipSyntaxError || error instanceof SipTooLargeError)) throw error;
        }
      }),
    );
  });
});
