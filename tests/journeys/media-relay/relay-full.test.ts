import { afterAll, describe, expect, it } from 'vitest';
import { OwnRtpengine } from '../../peers/rtpengine/own-rtpengine.js';
import { headerOf } from '../../peers/tone-phone/sip-text.js';
import type { ToneCall } from '../../peers/tone-phone/tone-call.js';
import { useWorld } from '../world.js';

const rtpengine = await OwnRtpengine.start({ ports: 16 });
const on = useWorld({
  name: 'relayfull',
  redisDatabase: 66,
  settings: { RTPENGINES: rtpengine.address, MEDIA_RELAY: 'always' },
});
afterAll(() => rtpengine.stop());

const ready = async () => (await fetch(`${on.world.platform.httpUrl}/readyz`)).status;

describe('a relay that has no more to give', () => {
  it('ports: the next caller gets 503 with Retry-After, those who talk go on, and a port that is free is taken again', async () => {
    const line = await on.world.line([{ verb: 'play', url: '/prompt.wav', loop: 0 }]);
    const talking: ToneCall[] = [];
    let refused: ToneCall | undefined;
    while (!refused) {
      const call = await on.world.call(line);
      const { status } = await call.final;
      if (status === 200) talking.push(call);
      else refused = call;
    }
    const final = await refused.final;
    expect([final.status, Number(headerOf(final, 'Retry-After')) > 0]).toEqual([503, true]);
    expect(talking.length).toBeGreaterThan(0);
    await Promise.all(talking.map(({ media }) => media.hears('prompt')));
    const last = talking.pop()!;
    await last.bye();
    await on.world.eventually('free ports', async () =>
      (await rtpengine.calls()).length === talking.length ? true : undefined,
    );
    const next = await on.world.call(line);
    await next.media.hears('prompt');
    for (const call of [...talking, next]) await call.bye();
  });

  it('life: without any relay calls that need one get 503, the node says that it is not ready, and both end when it is back', async () => {
    const line = await on.world.line([{ verb: 'play', url: '/prompt.wav', loop: 0 }]);
    expect(await ready()).toBe(200);
    await rtpengine.kill();
    const refused = await on.world.call(line);
    expect(await refused.final).toMatchObject({ status: 503 });
    await on.world.eventually('not ready', async () => ((await ready()) === 503 ? true : undefined));
    await rtpengine.comeBack();
    await on.world.eventually('ready', async () => ((await ready()) === 200 ? true : undefined));
    const call = await on.world.call(line);
    await call.media.hears('prompt');
    await call.bye();
  });
});
