import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loudMilliseconds, quiet, toneWav, useWorld } from './world.js';

const on = useWorld({ name: 'speak', redisDatabase: 1 });

describe('a call that the script speaks to', () => {
  it('is answered, waited with and hung up', async () => {
    const line = await on.world.line([{ verb: 'answer' }, { verb: 'pause', length: 0.2 }, { verb: 'hangup' }]);
    const call = await on.world.call(line);
    await call.answered();
    expect(await call.ended).toEqual({ by: 'them', how: 'BYE' });
    const callId = await on.world.callId(line.path);
    const cdr = await on.world.cdr(callId);
    expect(cdr).toMatchObject({
      status: 'completed',
      direction: 'inbound',
      from: '+15550199',
      to: line.number,
      termination: { by: 'local', reason: 'hangup' },
    });
    const events = on.world.eventsOf(callId);
    expect(events.map(({ type }) => type)).toEqual([
      'call.initiated',
      'call.answered',
      'call.completed',
      'cdr.created',
    ]);
    expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    // The timeline is written behind the call.
    await on.world.eventually('the verbs in the timeline', async () => {
      const verbs = (await on.world.timeline(callId)).filter(({ kind }) => kind === 'verb');
      return verbs.map(({ detail }) => detail?.verb).join() === 'answer,pause,hangup' ? true : undefined;
    });
  });

  it('is hung up when its script runs out of verbs', async () => {
    const line = await on.world.line([{ verb: 'answer' }]);
    const call = await on.world.call(line);
    expect(await call.ended).toEqual({ by: 'them', how: 'BYE' });
  });

  it('rings meanwhile when the script waits before it answers', async () => {
    const line = await on.world.line([{ verb: 'pause', length: 1 }, { verb: 'answer' }, { verb: 'pause', length: 60 }]);
    const call = await on.world.call(line);
    await call.provisional(180);
    await call.answered();
    await call.bye();
    expect((await on.world.cdr(await on.world.callId(line.path))).termination).toMatchObject({
      by: 'remote',
      reason: 'hangup',
    });
  });

  it('hears a spoken text', async () => {
    const text = 'Good morning. This is a sentence that takes two seconds to say.';
    const line = await on.world.line([{ verb: 'say', text }]);
    const call = await on.world.call(line);
    await call.ended;
    expect(loudMilliseconds(call.media.ear.samples())).toBeGreaterThan(1000);
  });

  it('hears Chinese', async () => {
    const line = await on.world.line([{ verb: 'say', text: '欢迎致电，请稍候。', language: 'cmn-CN' }]);
    const call = await on.world.call(line);
    await call.ended;
    expect(loudMilliseconds(call.media.ear.samples())).toBeGreaterThan(500);
  });

  it('hears a file of an address, twice over where the script says so, then nothing', async () => {
    const path = on.world.script({
      headers: { 'content-type': 'audio/wav' },
      body: toneWav('prompt', 0.5),
    });
    const line = await on.world.line([
      { verb: 'play', url: path, loop: 3 },
      { verb: 'pause', length: 60 },
    ]);
    const call = await on.world.call(line);
    await call.media.hears('prompt');
    await quiet(call);
    // 1.5 s of it, less what the edges of a window lose.
    const heard = loudMilliseconds(call.media.ear.samples());
    expect(heard).toBeGreaterThanOrEqual(1300);
    expect(heard).toBeLessThanOrEqual(1700);
    await call.bye();
  });

  it('hears a file until the caller hangs up where it is repeated without end', async () => {
    const line = await on.world.line([{ verb: 'play', url: '/music.wav', loop: 0 }]);
    const call = await on.world.call(line);
    await call.media.hears('music');
    expect(await call.media.listen(1500)).toEqual(['music']);
    await call.bye();
    expect((await on.world.cdr(await on.world.callId(line.path))).status).toBe('completed');
  });

  it.each([
    ['WAV of 44,100 Hz', 'audio/wav', 'wav'],
    ['MP3', 'audio/mpeg', 'mp3'],
  ])('hears an uploaded %s by its id', async (_, type, extension) => {
    const { api, platform } = on.world;
    const folder = await mkdtemp(join(tmpdir(), 'hookswitch-upload-'));
    try {
      const wav = join(folder, 'in.wav');
      const file = extension === 'wav' ? wav : join(folder, 'in.mp3');
      await writeFile(wav, toneWav('music', 1, 44_100));
      if (extension === 'mp3') await promisify(execFile)('ffmpeg', ['-v', 'error', '-i', wav, file]);
      const upload = await fetch(`${platform.httpUrl}/v1/audio`, {
        method: 'POST',
        headers: { authorization: `Bearer ${platform.firstAccount.apiKey}`, 'content-type': type },
        body: new Uint8Array(await readFile(file)),
      });
      expect(upload.status).toBe(201);
      const { id } = (await upload.json()) as { id: string };
      const line = await on.world.line([{ verb: 'play', audioId: id, loop: 0 }]);
      const call = await on.world.call(line);
      await call.media.hears('music');
      await call.bye();
      expect((await api.get(`/v1/audio/${id}`)).id).toBe(id);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('hears digits that the script sends', async () => {
    const line = await on.world.line([
      { verb: 'sendDigits', digits: '42w#' },
      { verb: 'pause', length: 60 },
    ]);
    const call = await on.world.call(line);
    await call.media.hearsDigits('42#');
    await call.bye();
  });

  it('goes on with the script of another address, relative to the document', async () => {
    const next = on.world.script([{ verb: 'play', url: 'music.wav', loop: 0 }], 'next');
    const line = await on.world.line([
      { verb: 'redirect', url: next.slice(1) },
      { verb: 'play', url: '/prompt.wav', loop: 0 },
    ]);
    const call = await on.world.call(line);
    await call.media.hears('music');
    await call.bye();
    expect(await on.world.backend.request(next)).toMatchObject({
      call: { direction: 'inbound', from: '+15550199', to: line.number },
      scriptRevision: 1,
    });
  });

  it.each([
    ['busy', { reason: 'busy' }, 486, 'busy'],
    ['rejected', {}, 603, 'busy'],
    ['a status of its own', { status: 480 }, 480, 'no-answer'],
  ])('is refused as %s', async (_, how, sip, status) => {
    const line = await on.world.line([
      { verb: 'reject', ...how },
      { verb: 'say', text: 'Never heard.' },
    ]);
    const call = await on.world.call(line);
    expect((await call.final).status).toBe(sip);
    const cdr = await on.world.cdr(await on.world.callId(line.path));
    expect(cdr).toMatchObject({ status, talkSeconds: 0, termination: { by: 'local', sip } });
  });

  it('carries the tags that the script gave it, and shows them everywhere', async () => {
    const line = await on.world.line([
      { verb: 'tag', tags: { campaign: 'spring', vip: 'no' } },
      { verb: 'tag', tags: { vip: 'yes' } },
      { verb: 'hangup' },
    ]);
    await (await on.world.call(line)).final;
    const callId = await on.world.callId(line.path);
    expect((await on.world.cdr(callId)).tags).toEqual({ campaign: 'spring', vip: 'yes' });
    expect((await on.world.getCall(callId)).tags).toEqual({ campaign: 'spring', vip: 'yes' });
    const completed = await on.world.event('call.completed', (event) => event.callId === callId);
    expect(completed.data.call).toMatchObject({ tags: { campaign: 'spring', vip: 'yes' } });
  });
});
