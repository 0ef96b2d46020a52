import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import express from 'express';
import fc from 'fast-check';
import supertest from 'supertest';
import { describe, expect, it } from 'vitest';
import type { BinaryContent } from '../operation/binary-content.js';
import { parseRange, sendContent } from './send-content.js';

const bytes = Buffer.from('0123456789');

function serve(change: Partial<BinaryContent> = {}) {
  const content: BinaryContent = {
    type: 'text/plain',
    size: bytes.length,
    etag: 'abc',
    open: async (range) => Readable.from([range ? bytes.subarray(range.start, range.end + 1) : bytes]),
    ...change,
  };
  const app = express();
  app.get('/', (request, response) => sendContent(request, response, 200, content));
  return supertest(createServer(app)).get('/');
}

describe('content that is not JSON', () => {
  it('comes whole, with its size and tag', async () => {
    const answer = await serve().expect(200, '0123456789');
    expect(answer.headers).toMatchObject({
      'content-length': '10',
      'accept-ranges': 'bytes',
      etag: '"abc"',
      'content-type': 'text/plain',
    });
  });

  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=5-500', '56789', 'bytes 5-9/10'],
    ['bytes=-500', '0123456789', 'bytes 0-9/10'],
  ])('comes in the part that Range: %s asks for (RFC 9110 14.1.2)', async (range, text, contentRange) => {
    const answer = await serve().set('Range', range).expect(206, text);
    expect(answer.headers['content-range']).toBe(contentRange);
    expect(answer.headers['content-length']).toBe(String(text.length));
  });

  it.each(['bytes=10-', 'bytes=-0', 'bytes=99-100'])('answers 416 to Range: %s (RFC 9110 15.5.17)', async (range) => {
    const answer = await serve().set('Range', range).expect(416);
    expect(answer.headers['content-range']).toBe('bytes */10');
  });

  it.each(['bytes=3-1', 'bytes=0-1,3-4', 'lines=1-2', 'bytes=a-b', 'bytes=-'])('ignores Range: %s', async (range) => {
    await serve().set('Range', range).expect(200, '0123456789');
  });

  it('answers 304 to a known tag, and the whole when If-Range names another (RFC 9110 13.1.5)', async () => {
    await serve().set('If-None-Match', '"abc"').expect(304);
    await serve().set({ Range: 'bytes=0-3', 'If-Range': '"old"' }).expect(200, '0123456789');
    await serve().set({ Range: 'bytes=0-3', 'If-Range': '"abc"' }).expect(206, '0123');
  });

  it('comes without ranges when its size is not known, and cannot smuggle a header in its name', async () => {
    const answer = await serve({ size: undefined, fileName: 'a"\r\nX: y.csv' })
      .set('Range', 'bytes=0-3')
      .expect(200, '0123456789');
    expect(answer.headers['content-disposition']).toBe('attachment; filename="a___X__y.csv"');
  });

  it('never asks for bytes that are not there, whatever the header', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => `bytes=${a}-${b}`),
        ),
        fc.nat(1000),
        (header, size) => {
          const range = parseRange(header, size);
          if (range && range !== 'beyond') {
            expect(range.start).toBeGreaterThanOrEqual(0);
            expect(range.end).toBeGreaterThanOrEqual(range.start);
            expect(range.end).toBeLessThan(size);
          }
        },
      ),
    );
  });
});
