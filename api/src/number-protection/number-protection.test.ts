import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutboundHttp, OutboundRequest } from '../outbound-http/index.js';
import { OutboundHttpError } from '../outbound-http/index.js';
import { AesSecretBox } from '../secrets/index.js';
import { HttpNumberMapper } from './http-number-mapper.js';
import { masked, shownToAgent } from './shown-number.js';

describe('INSET-03, OUTSET-03 masking', () => {
  it.each([
    ['13812345678', '138****5678'],
    ['+8613812345678', '+86138****5678'],
    ['+14155550100', '+141****0100'],
    ['+442079460000', '+4420****0000'],
    ['12345678', '1******8'],
    ['110', '1*0'],
    ['42', '**'],
    ['', ''],
  ])('%s becomes %s', (number, shown) => {
    expect(masked(number)).toBe(shown);
  });

  it('keeps the length, hides at least four of nine digits or more, and never shows the number', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+?[0-9]{3,15}$/), (number) => {
        const shown = masked(number);
        expect(shown).toHaveLength(number.length);
        expect(shown).not.toBe(number);
        if (number.length > 9) expect(shown).toContain('****');
      }),
    );
  });
});

describe('SOFTIN-04 what an agent sees', () => {
  const number = '+8613812345678';
  it.each([
    ['off', undefined, { number }],
    ['off', 'u1', { number }],
    ['mask', 'u1', { number: '+86138****5678' }],
    ['map', 'u1', { number: '', protectedId: 'u1' }],
    ['map', undefined, { number: '+86138****5678' }],
  ] as const)('%s, id %s', (mode, userId, shown) => {
    expect(shownToAgent(number, mode, userId)).toEqual(shown);
  });
});

describe("INSET-04, OUTSET-04 the customer's mapping interface", () => {
  const clock = new ManualClock();
  const secretBox = new AesSecretBox([Buffer.alloc(32, 1)], seededRandom(1));
  const mapping = { url: 'https://crm.example/map', username: 'us', sealedPassword: secretBox.seal('them', 'AC1') };
  function mapper(answer: (request: OutboundRequest) => { status?: number; body: string }) {
    const asked: OutboundRequest[] = [];
    const http: OutboundHttp = {
      async request(request) {
        asked.push(request);
        const { status = 200, body } = answer(request);
        return { status, headers: {}, body: Buffer.from(body), url: request.url };
      },
    };
    return { asked, mapper: new HttpNumberMapper({ http, secretBox, clock }) };
  }
  const results = (Key: string, Value: unknown) => ({ body: JSON.stringify({ Code: 0, Results: [{ Key, Value }] }) });

  it('is asked for the id of a number, with Basic authentication, once a minute', async () => {
    const { asked, mapper: ours } = mapper(() => results('008613812345678', 'anna'));
    const ask = () => ours.userIdOf('AC1', mapping, '+8613812345678');
    expect([await ask(), await ask()]).toEqual(['anna', 'anna']);
    expect(asked).toHaveLength(1);
    expect(JSON.parse(String(asked[0]!.body))).toEqual({ Numbers: ['008613812345678'], Mode: 'PhoneToUID' });
    expect(asked[0]!.headers!.Authorization).toBe(`Basic ${Buffer.from('us:them').toString('base64')}`);
    clock.advance(60_000);
    await ask();
    expect(asked).toHaveLength(2);
  });

  it('is asked for the number of an id', async () => {
    const { asked, mapper: ours } = mapper(() => results('139abc', '008613900001111'));
    expect(await ours.numberOf('AC1', mapping, '139abc')).toBe('+8613900001111');
    expect(JSON.parse(String(asked[0]!.body))).toEqual({ Numbers: ['139abc'], Mode: 'UIDToPhone' });
  });

  it.each([
    [{ status: 500, body: '' }],
    [{ body: '<html>' }],
    [{ body: 'null' }],
    [{ body: '{"Code":1,"Results":[{"Key":"139abc","Value":"008613900001111"}]}' }],
    [{ body: '{"Code":0}' }],
    [results('other', '008613900001111')],
    [results('139abc', 5)],
    [results('139abc', 'no number')],
  ])('that answers %j has failed', async (answer) => {
    const { mapper: ours } = mapper(() => answer);
    await expect(ours.numberOf('AC1', mapping, '139abc')).rejects.toMatchObject({ code: 'number-mapping-failed' });
  });

  it('that is down has failed, and is asked again the next time', async () => {
    let down = true;
    const { mapper: ours } = mapper(() => {
      if (down) throw new OutboundHttpError('connect-failed', 'down');
      return results('139abc', '008613900001111');
    });
    await expect(ours.numberOf('AC1', mapping, '139abc')).rejects.toMatchObject({ code: 'number-mapping-failed' });
    down = false;
    expect(await ours.numberOf('AC1', mapping, '139abc')).toBe('+8613900001111');
  });
});
