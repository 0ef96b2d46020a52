import { describe, expect, it } from 'vitest';
import type { TrunkRegistrationReport } from '../registrations/trunk-registration-store.js';
import type { Trunk } from './trunk.js';
import { trunkRegistrationView } from './trunk-registration-view.js';

const trunk = { enabled: true, outbound: { register: { registrar: 'sip:c', expiresSeconds: 60 } } } as unknown as Trunk;
const said = (state: TrunkRegistrationReport['state'], since: number, detail?: string): TrunkRegistrationReport => ({
  trunkId: 'TK1',
  nodeId: `node-${since}`,
  state,
  since,
  ...(detail === undefined ? {} : { detail }),
});

describe('the registration of a trunk as users see it', () => {
  it.each([
    ['nothing was heard', trunk, [], 'unregistered', null, null],
    ['it is registered', trunk, [said('registered', 1)], 'registered', 1, null],
    [
      'one node of two is refused',
      trunk,
      [said('registered', 9), said('failed', 2, 'SIP 403')],
      'failed',
      2,
      'SIP 403',
    ],
    ['two nodes are registered', trunk, [said('registered', 1), said('registered', 5)], 'registered', 5, null],
    ['one node gave up', trunk, [said('unregistered', 7), said('registered', 5)], 'registered', 5, null],
    ['the trunk is switched off', { ...trunk, enabled: false }, [said('registered', 1)], 'unregistered', null, null],
  ])('when %s', (_case, of, reports, state, since, detail) => {
    const expected = { state, since: since === null ? null : new Date(since).toISOString(), detail };
    expect(trunkRegistrationView(of, reports)).toEqual(expected);
  });

  it('is null where the trunk keeps none', () => {
    expect(
      trunkRegistrationView({ ...trunk, outbound: undefined } as unknown as Trunk, [said('registered', 1)]),
    ).toBeNull();
  });
});
