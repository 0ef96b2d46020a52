import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventOfFrame, percentDecoded } from './esl-event.js';
import { EslFrameParser, EslProtocolError } from './frame-parser.js';

const read = (text: string) => new EslFrameParser().push(Buffer.from(text));

describe('the event socket’s messages', () => {
  it('are a block of headers and as many bytes as it says, whatever bytes those are', () => {
    const frames = read('Content-Type: api/response\nContent-Length: 7\n\nä\n\nbücommand: no\n');
    expect(frames).toHaveLength(1);
    expect(frames[0]).toMatchObject({ type: 'api/response', body: Buffer.from('ä\n\nbü') });
  });

  it('without a length have no body', () => {
    expect(
      read('Content-Type: auth/request\n\nContent-Type: command/reply\nReply-Text: +OK accepted\n\n').map(
        ({ type }) => type,
      ),
    ).toEqual(['auth/request', 'command/reply']);
  });

  it('hold events with a body of their own', () => {
    const inner = 'Event-Name: BACKGROUND_JOB\nJob-Command-Arg: a%20b%25\nContent-Length: 10\n\n+OK\n\nabcde';
    const [frame] = read(`Content-Length: ${inner.length}\nContent-Type: text/event-plain\n\n${inner}`);
    const event = eventOfFrame(frame!)!;
    expect([event.name, event.get('job-command-arg'), event.body]).toEqual(['BACKGROUND_JOB', 'a b%', '+OK\n\nabcde']);
  });

  it('may be events in JSON', () => {
    const json = JSON.stringify({ 'Event-Name': 'DTMF', 'Unique-ID': 'u', 'DTMF-Digit': '%', _body: 'x' });
    const [frame] = read(`Content-Length: ${json.length}\nContent-Type: text/event-json\n\n${json}`);
    const event = eventOfFrame(frame!)!;
    expect([event.name, event.channelId, event.get('DTMF-Digit'), event.body]).toEqual(['DTMF', 'u', '%', 'x']);
  });

  it.each([
    ['a length that is no number', 'Content-Length: -1\n\n'],
    ['a length beyond all measure', 'Content-Length: 99999999999\n\n'],
    ['a body larger than is taken', 'Content-Length: 999999999\n\n'],
    ['headers without an end', `Name: ${'x'.repeat(20_000)}`],
  ])('with %s end the conversation', (_what, text) => {
    expect(() => read(text)).toThrow(EslProtocolError);
  });

  it('throw nothing else, whatever the bytes, and hold no more than their limits', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }), (pieces) => {
        const parser = new EslFrameParser({ headerBytes: 500, bodyBytes: 500 });
        try {
          for (const piece of pieces) for (const frame of parser.push(piece)) eventOfFrame(frame);
        } catch (error) {
          expect(error).toBeInstanceOf(EslProtocolError);
        }
      }),
    );
  });

  it('decode percent signs, and leave alone what is no encoding', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(percentDecoded(encodeURIComponent(text))).toBe(text);
      }),
    );
    expect(percentDecoded('100%zz %')).toBe('100%zz %');
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(typeof percentDecoded(text)).toBe('string');
      }),
    );
  });
});
