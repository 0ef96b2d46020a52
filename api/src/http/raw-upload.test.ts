import { BaseError } from '@hookswitch/kernel/base-error';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OperationRequest } from '../operation/handler.js';
import { createTestApi, type TestApi } from '../test-api/create-test-api.fixture.js';

describe('an upload of raw bytes', () => {
  let api: TestApi;
  let seen: OperationRequest<'createAudio'> | undefined;
  beforeAll(async () => {
    api = await createTestApi({
      settings: { uploadLimitBytes: 4096, jsonBodyLimitBytes: 1024 },
      operations: () => ({
        createAudio: async (request) => {
          seen = request;
          throw new BaseError('invalid', 'invalid-request', 'Seen.');
        },
      }),
    });
  });
  afterAll(() => api.close());

  const upload = (type: string, body: Buffer, path = '/v1/audio?name=Hold%20music') => {
    seen = undefined;
    return supertest(api.server)
      .post(path)
      .set({ Authorization: api.tenant.authorization, 'Content-Type': type })
      .send(body);
  };

  it('reaches the handler as bytes, with its type and query', async () => {
    const bytes = Buffer.from(Array.from({ length: 4096 }, (_, index) => index % 256));
    await upload('audio/WAV; codecs=1', bytes).expect(400);
    expect(seen).toMatchObject({ contentType: 'audio/wav', query: { name: 'Hold music' } });
    expect(Buffer.isBuffer(seen!.body) && seen!.body.equals(bytes)).toBe(true);
  });

  it.each([
    ['audio/ogg', 415],
    ['application/octet-stream', 415],
    ['text/plain', 415],
    ['application/json', 415],
  ])('is refused as %s', async (type, status) => {
    const { body } = await upload(type, Buffer.from('{}')).expect(status);
    expect(body.code).toBe('unsupported-media-type');
    expect(seen).toBeUndefined();
  });

  it('is refused when it is too large', async () => {
    expect((await upload('audio/wav', Buffer.alloc(4097)).expect(413)).body).toMatchObject({
      code: 'body-too-large',
      detail: expect.stringContaining('4096'),
    });
  });

  it('is checked like everything else', async () => {
    const { body } = await upload('audio/wav', Buffer.alloc(10), '/v1/audio?nmae=x').expect(400);
    expect(body.errors[0].pointer).toBe('query:nmae');
    expect(seen).toBeUndefined();
  });

  it('is not taken where JSON is', async () => {
    expect((await upload('audio/wav', Buffer.alloc(10), '/v1/accounts').expect(415)).body.code).toBe(
      'unsupported-media-type',
    );
  });
});
