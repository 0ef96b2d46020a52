import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryObjectStore } from '../objects/index.js';
import { MemoryTenantCollection } from '../store/memory-tenant-collection.js';
import { createTestApi, type TestApi } from '../test-api/create-test-api.fixture.js';
import { audioCollection } from './audio-file.js';
import { FfmpegAudioDecoder } from './ffmpeg-audio-decoder.js';
import { audioOperations } from './operations/index.js';
import { sine } from './test-sounds.fixture.js';
import { writeWav } from './wav.js';

const wav = writeWav(sine(440, 1, 16_000));
const objects = new MemoryObjectStore();
let api: TestApi;
/** A sound that something uses. */
let used: string | undefined;

beforeEach(async () => {
  api = await createTestApi({
    operations: ({ clock, newId }) =>
      audioOperations({
        audio: new MemoryTenantCollection(audioCollection),
        objects,
        decoder: new FfmpegAudioDecoder({ program: '/nowhere/ffmpeg', maxSeconds: 10 }),
        audioUsers: async (_accountId, id) => (id === used ? ['version 1.0 of the flow Main line'] : []),
        clock,
        newId,
      }),
    settings: { uploadLimitBytes: 500_000 },
  });
});
afterEach(() => api.close());

const post = (bytes: Buffer, type = 'audio/wav', query = '') =>
  supertest(api.server)
    .post(`/v1/audio${query}`)
    .set('Authorization', api.tenant.authorization)
    .set('Content-Type', type)
    .send(bytes);
const get = (path: string, authorization = api.tenant.authorization) =>
  supertest(api.server).get(path).set('Authorization', authorization);

describe('/v1/audio', () => {
  it('keeps an uploaded file, lists it, renames it and gives it back with ranges', async () => {
    const made = await post(wav, 'audio/wav', '?name=Welcome');
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ name: 'Welcome', durationMs: 1000, sizeBytes: 16_044, revision: 1 });
    expect(made.body).not.toHaveProperty('objectKey');
    const path = `/v1/audio/${made.body.id}`;
    expect((await get(path)).body).toEqual(made.body);
    expect((await get('/v1/audio')).body).toEqual({ items: [made.body], nextCursor: null });
    const renamed = await supertest(api.server)
      .patch(path)
      .set('Authorization', api.tenant.authorization)
      .send({ name: 'Hello' });
    expect(renamed.body).toMatchObject({ name: 'Hello', revision: 2 });
    const media = await get(`${path}/media`).responseType('blob');
    expect([media.status, media.headers['content-type'], media.body.length]).toEqual([200, 'audio/wav', 16_044]);
    const part = await get(`${path}/media`).set('Range', 'bytes=0-3').responseType('blob');
    expect([part.status, String(part.body)]).toEqual([206, 'RIFF']);
  });

  it('deletes the file with its record', async () => {
    const { id } = (await post(wav)).body;
    const remove = () => supertest(api.server).delete(`/v1/audio/${id}`).set('Authorization', api.tenant.authorization);
    expect(objects.keys()).toContain(`audio/${api.tenant.account.id}/${id}.wav`);
    expect((await remove()).status).toBe(204);
    expect(objects.keys()).not.toContain(`audio/${api.tenant.account.id}/${id}.wav`);
    expect((await remove()).status).toBe(404);
    expect((await get(`/v1/audio/${id}/media`)).status).toBe(404);
  });

  it('AUDIO-01 have names of their own, and are found by them', async () => {
    const { body: welcome } = await post(wav, 'audio/wav', '?name=Welcome');
    const again = await post(wav, 'audio/wav', '?name=Welcome');
    expect([again.status, again.body.code]).toEqual([409, 'already-exists']);
    expect(objects.keys().filter((key) => key.includes(api.tenant.account.id))).toHaveLength(1);
    const { body: other } = await post(wav);
    expect(other.name).toBe(other.id);
    const rename = (name: string) =>
      supertest(api.server)
        .patch(`/v1/audio/${other.id}`)
        .set('Authorization', api.tenant.authorization)
        .send({ name });
    expect((await rename('Welcome')).status).toBe(409);
    expect((await rename('Closing')).status).toBe(200);
    expect((await get('/v1/audio?name=ELCO')).body.items).toEqual([welcome]);
  });

  it('AUDIO-01 are not deleted while something uses them, unless by force', async () => {
    used = (await post(wav)).body.id;
    const remove = (query = '') =>
      supertest(api.server).delete(`/v1/audio/${used}${query}`).set('Authorization', api.tenant.authorization);
    const refused = await remove();
    expect([refused.status, refused.body.code]).toEqual([409, 'audio-in-use']);
    expect(refused.body.detail).toContain('version 1.0 of the flow Main line');
    expect((await get(`/v1/audio/${used}`)).status).toBe(200);
    expect((await remove('?force=true')).status).toBe(204);
    expect((await get(`/v1/audio/${used}`)).status).toBe(404);
  });

  it.each([
    ['broken', () => wav.subarray(0, 20), 'audio/wav', 400, 'audio-unreadable'],
    ['empty', () => Buffer.alloc(0), 'audio/wav', 400, undefined],
    ['another kind', () => wav, 'text/plain', 415, 'unsupported-media-type'],
    ['too large', () => Buffer.alloc(500_001), 'audio/wav', 413, 'body-too-large'],
    ['too long', () => writeWav(sine(440, 11)), 'audio/wav', 413, 'audio-too-long'],
    [
      'MP3 without ffmpeg',
      () => Buffer.concat([Buffer.from('ID3'), Buffer.alloc(100)]),
      'audio/mpeg',
      503,
      'audio-converter-missing',
    ],
  ])('refuses an upload that is %s', async (_, bytes, type, status, code) => {
    const answer = await post(bytes(), type);
    expect(answer.status).toBe(status);
    if (code) expect(answer.body.code).toBe(code);
  });

  it('hides one account’s sounds from another', async () => {
    const { id } = (await post(wav)).body;
    const stranger = await api.newTenant();
    for (const path of [`/v1/audio/${id}`, `/v1/audio/${id}/media`]) {
      expect((await get(path, stranger.authorization)).status).toBe(404);
    }
    expect((await get('/v1/audio', stranger.authorization)).body.items).toEqual([]);
  });
});
