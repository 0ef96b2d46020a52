import { describe, expect, it } from 'vitest';
import { chooseEndpoints } from './choose-endpoints.js';

const phone = '+8613900000000';
const both = { endpointId: 'SE1', phone };

describe('what rings for an agent', () => {
  it.each([
    ['SOFTIN-02 mode always, client there', { ...both, mobileAnswer: 'always' }, true, ['staffSeat', 'staffPhoneSeat']],
    ['SOFTIN-02 mode whenOffline, client there', { ...both, mobileAnswer: 'whenOffline' }, true, ['staffSeat']],
    ['SOFTIN-02 mode whenOffline, client gone', { phone, mobileAnswer: 'whenOffline' }, false, ['staffPhoneSeat']],
    ['mode off', { ...both, mobileAnswer: 'off' }, false, ['staffExtensionSeat']],
    ['mode always without a mobile', { endpointId: 'SE1', mobileAnswer: 'always' }, true, ['staffSeat']],
    ['nothing', { mobileAnswer: 'always' }, true, []],
  ] as const)('%s', (_name, agent, clientConnected, types) => {
    expect(chooseEndpoints(agent, clientConnected).flatMap((round) => round.map(({ type }) => type))).toEqual(types);
  });

  it.each([
    ['atOnce', [['phone', 'mobile']]],
    ['phoneFirst', [['phone'], ['mobile']]],
    ['mobileFirst', [['mobile'], ['phone']]],
  ] as const)('SOFTIN-02 rings in the order that is set: %s', (order, kinds) => {
    const rounds = chooseEndpoints({ ...both, mobileAnswer: 'always' }, true, order);
    expect(rounds.map((round) => round.map(({ kind }) => kind))).toEqual(kinds);
  });
});
