import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameError, FrameReader, FrameWriter, longestFrame } from './frames.js';

/** What a reader takes from these pieces. */
function read(pieces: readonly Buffer[]) {
  const messages: unknown[] = [];
  const samples: [number, Buffer][] = [];
  const reader = new FrameReader({
    messages: (list) => messages.push(...list),
    samples: (id, bytes) => samples.push([id, Buffer.from(bytes)]),
  });
  for (const piece of pieces) reader.take(piece);
  return { messages, samples };
}

const frame = (type: number, content: string | Buffer, length = Buffer.byteLength(content)) => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(length, 0);
  head[4] = type;
  return Buffer.concat([head, Buffer.from(content)]);
};

describe('frames', () => {
  it('carry messages and samples in the order in which they were sent, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.record({ text: fc.string() }), fc.int16Array({ minLength: 1, maxLength: 500 })), {
          maxLength: 30,
        }),
        fc.array(fc.nat(400), { minLength: 1, maxLength: 20 }),
        (said, cuts) => {
          const written: Buffer[] = [];
          const writer = new FrameWriter((bytes) => written.push(Buffer.from(bytes)));
          for (const [at, one] of said.entries()) {
            if (one instanceof Int16Array) writer.samples(at, one);
            else writer.say(one);
          }
          writer.flush();
          const stream = Buffer.concat(written);
          const pieces: Buffer[] = [];
          for (let at = 0, turn = 0; at < stream.length; turn++) {
            const end = at + 1 + cuts[turn % cuts.length]!;
            pieces.push(stream.subarray(at, end));
            at = end;
          }
          const { messages, samples } = read(pieces);
          expect(messages).toEqual(said.filter((one) => !(one instanceof Int16Array)));
          expect(samples).toEqual(
            [...said.entries()].flatMap(([at, one]) =>
              one instanceof Int16Array ? [[at, Buffer.from(one.buffer, one.byteOffset, one.byteLength)]] : [],
            ),
          );
        },
      ),
    );
  });

  it('of one turn of the event loop leave in one write', async () => {
    let writes = 0;
    const writer = new FrameWriter(() => writes++);
    for (let at = 0; at < 100; at++) writer.say({ at });
    await new Promise(setImmediate);
    expect(writes).toBe(1);
  });

  it.each([
    ['a length out of bounds', frame(1, '', longestFrame + 1)],
    ['the longest length there is', Buffer.alloc(5, 0xff)],
    ['a type nobody knows', frame(7, '[]')],
    ['what is no JSON', frame(1, '[{')],
    ['JSON that is no list', frame(1, '{"kind":"hello"}')],
    ['samples without a number', frame(2, 'abc')],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
  ])('that are none are refused: %s', (_, bytes) => {
    expect(() => read([bytes])).toThrow(FrameError);
  });

  it('of any bytes are read or refused, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 10 }), (pieces) => {
        try {
          read(pieces.map((piece) => Buffer.from(piece)));
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError);
        }
      }),
    );
  });
});
