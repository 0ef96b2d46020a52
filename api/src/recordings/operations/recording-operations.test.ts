import { createHash } from 'node:crypto';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryObjectStore } from '../../objects/index.js';
import { MemoryTenantCollection } from '../../store/memory-tenant-collection.js';
import { createTestApi, type TestApi } from '../../test-api/create-test-api.fixture.js';
import { type Recording, recordingCollection } from '../recording.js';
import { recordingOperations } from './index.js';

describe('recordings over HTTP', () => {
  let api: TestApi;
  const recordings = new MemoryTenantCollection<Recording>(recordingCollection);
  const objects = new MemoryObjectStore();
  beforeAll(async () => {
    api = await createTestApi({ operations: () => recordingOperations({ recordings, objects }) });
  });
  afterAll(() => api.close());
  const as = (method: 'get' | 'delete', path: string, tenant = api.tenant) =>
    request(api.server)[method](path).set('Authorization', tenant.authorization);

  async function recording(more: Partial<Recording> = {}, contents: Partial<Record<'wav' | 'mp3', Buffer>> = {}) {
    const id = api.newId('RE');
    const accountId = api.tenant.account.id;
    const at = new Date(api.clock.now()).toISOString();
    const files = (['wav', 'mp3'] as const).flatMap((format) => {
      const bytes = contents[format];
      if (!bytes) return [];
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return [{ format, key: `${accountId}/recordings/${id}.${format}`, sizeBytes: bytes.length, sha256, bytes }];
    });
    for (const { key, bytes } of files) await objects.put(key, bytes);
    const record: Recording = {
      id,
      accountId,
      revision: 1,
      createdAt: at,
      updatedAt: at,
      callId: api.newId('CA'),
      source: 'RecordVerb',
      channels: 1,
      status: files.length > 0 ? 'available' : 'in-progress',
      trimSilence: false,
      startedAt: at,
      endedAt: files.length > 0 ? at : null,
      durationSeconds: files.length > 0 ? 1 : null,
      end: files.length > 0 ? 'stopped' : null,
      files: files.map(({ bytes: _, ...file }) => file),
      capturePath: '/secret/path.wav',
      untold: [],
      hasUntold: false,
      finalizingUntil: null,
      finalizeAttempts: 0,
      ...more,
    };
    await recordings.insert(record);
    return record;
  }

  it('gets and lists recordings without what is ours alone', async () => {
    const one = await recording({}, { wav: Buffer.from('wav') });
    const { body } = await as('get', `/v1/recordings/${one.id}`);
    expect(body).toMatchObject({ id: one.id, status: 'available', files: [{ format: 'wav', sizeBytes: 3 }] });
    expect(JSON.stringify(body)).not.toContain('/secret');
    const list = await as('get', `/v1/recordings?callId=${one.callId}`);
    expect(list.body.items).toEqual([body]);
    expect((await as('get', `/v1/recordings?callId=${one.callId}&status=failed`)).body.items).toEqual([]);
  });

  it('serves MP3 where there is one, WAV where asked, by ranges and with an ETag', async () => {
    const [wav, mp3] = [Buffer.from('0123456789'), Buffer.from('abcdef')];
    const { id } = await recording({}, { wav, mp3 });
    const path = `/v1/recordings/${id}/media`;
    const whole = await as('get', path).buffer(true).responseType('blob');
    expect([whole.status, whole.headers['content-type']]).toEqual([200, 'audio/mpeg']);
    expect(whole.body).toEqual(mp3);
    const part = await as('get', `${path}?format=wav`).set('Range', 'bytes=2-4').responseType('blob');
    expect([part.status, part.headers['content-range'], String(part.body)]).toEqual([206, 'bytes 2-4/10', '234']);
    const again = await as('get', `${path}?format=wav`).set('If-None-Match', part.headers.etag!);
    expect(again.status).toBe(304);
    const beyond = await as('get', `${path}?format=wav`).set('Range', 'bytes=10-');
    expect(beyond.status).toBe(416);
  });

  it('says that there is no file yet, or none of that kind', async () => {
    const live = await recording();
    const answer = await as('get', `/v1/recordings/${live.id}/media`);
    expect([answer.status, answer.body.code]).toEqual([409, 'recording-not-available']);
    const wavOnly = await recording({}, { wav: Buffer.from('x') });
    expect((await as('get', `/v1/recordings/${wavOnly.id}/media`)).headers['content-type']).toBe('audio/wav');
    expect((await as('get', `/v1/recordings/${wavOnly.id}/media?format=mp3`)).status).toBe(409);
  });

  it('deletes a finished recording with its files, and no other', async () => {
    const live = await recording();
    const refused = await as('delete', `/v1/recordings/${live.id}`);
    expect([refused.status, refused.body.code]).toEqual([409, 'recording-not-finished']);
    const done = await recording({}, { wav: Buffer.from('x') });
    const stranger = await api.newTenant();
    expect((await as('delete', `/v1/recordings/${done.id}`, stranger)).status).toBe(404);
    expect((await as('get', `/v1/recordings/${done.id}/media`, stranger)).status).toBe(404);
    expect((await as('delete', `/v1/recordings/${done.id}`)).status).toBe(204);
    expect(await objects.size(done.files[0]!.key)).toBeUndefined();
    expect((await as('get', `/v1/recordings/${done.id}`)).status).toBe(404);
  });
});
