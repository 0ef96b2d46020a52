import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readWav } from '../../audio/index.js';
import type { SpeechRequest } from '../../scripting/script-context.js';
import { createTestApi, type TestApi } from '../../test-api/create-test-api.fixture.js';
import { createMemorySpeech } from '../memory-speech.js';
import { SpeechFailedError } from '../speech-synthesizer.js';
import { speechOperations } from './index.js';

describe('the preview of a spoken text', () => {
  let api: TestApi;
  const asked: SpeechRequest[] = [];
  beforeEach(async () => {
    asked.length = 0;
    const memory = createMemorySpeech();
    api = await createTestApi({
      operations: ({ clock }) =>
        speechOperations({
          speech: {
            synthesize(request, signal) {
              asked.push(request);
              if (request.language === 'xx') throw new SpeechFailedError('unknown-language', 'Nobody speaks xx.');
              return memory.synthesize(request, signal);
            },
          },
          clock,
        }),
    });
  });
  afterEach(() => api.close());

  const preview = (body: object) =>
    supertest(api.server).post('/v1/speech/preview').set('Authorization', api.tenant.authorization).send(body);

  it('IVR-02 is a sound file', async () => {
    const answer = await preview({ text: 'Guten Tag', language: 'de-DE', voice: 'anna' })
      .responseType('blob')
      .expect(200);
    expect(answer.headers['content-type']).toBe('audio/wav');
    expect((await readWav(answer.body)).samples.length).toBeGreaterThan(800);
    await preview({ text: 'Hello' }).expect(200);
    expect(asked).toEqual([
      { text: 'Guten Tag', language: 'de-DE', voice: 'anna' },
      { text: 'Hello', language: 'en-US' },
    ]);
  });

  it.each([
    ['nothing', { text: '' }, 400, 'invalid-request'],
    ['too much', { text: 'x'.repeat(4097) }, 400, 'invalid-request'],
    ['what is no language', { text: 'x', language: '!' }, 400, 'invalid-request'],
    ['what nobody speaks', { text: 'x', language: 'xx' }, 502, 'speech-failed'],
  ])('is refused for %s', async (_what, body, status, code) => {
    expect((await preview(body).expect(status)).body.code).toBe(code);
  });
});
