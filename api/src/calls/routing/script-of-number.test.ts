import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it } from 'vitest';
import { flowsOf } from '../../flows/known-flows.fixture.js';
import type { PhoneNumber } from '../../numbers/index.js';
import { scriptOfNumber } from './script-of-number.js';

const [open, shut, unpublished] = ['FL1', 'FL2', 'FL3'];
const flows = flowsOf({ [open]: '1.1', [shut]: '2.0', [unpublished]: null });
const mondays = { timeZone: 'Asia/Shanghai', weekly: [{ days: ['mon' as const], from: '09:00', to: '18:00' }] };
/** 09:30 and 18:30 on a Monday in Shanghai. */
const [within, outside] = ['2026-11-23T01:30:00Z', '2026-11-23T10:30:00Z'];

describe('what a call to a number runs', () => {
  it.each<[string, Partial<PhoneNumber>, boolean, string, unknown]>([
    ['nothing where it is bound to nothing', {}, false, within, undefined],
    ['nothing of its own where it has an application', {}, true, within, undefined],
    ['the live version of its flow', { flowId: open }, false, within, { flow: { flowId: open, version: '1.1' } }],
    [
      'a version that is named',
      { flowId: open, flowVersion: '1.1' },
      false,
      within,
      { flow: { flowId: open, version: '1.1' } },
    ],
    ['nothing where that version is gone', { flowId: open, flowVersion: '1.0' }, false, within, undefined],
    ['nothing where the flow is gone', { flowId: 'FL9' }, false, within, undefined],
    ['nothing where no version is live', { flowId: unpublished }, false, within, undefined],
    [
      'its flow within its hours',
      { flowId: open, serviceHours: mondays },
      false,
      within,
      { flow: { flowId: open, version: '1.1' } },
    ],
    ['its application within its hours', { serviceHours: mondays }, true, within, undefined],
    [
      'the flow for outside its hours',
      { flowId: open, serviceHours: mondays, closedFlowId: shut },
      false,
      outside,
      { flow: { flowId: shut, version: '2.0', outsideHours: true } },
    ],
    [
      'that flow in place of an application too',
      { serviceHours: mondays, closedFlowId: shut, closedFlowVersion: '2.0' },
      true,
      outside,
      { flow: { flowId: shut, version: '2.0', outsideHours: true } },
    ],
    [
      'a sentence outside its hours without one',
      { flowId: open, serviceHours: mondays },
      false,
      outside,
      { inline: expect.stringContaining('closed') },
    ],
    [
      'a sentence where that flow is gone',
      { serviceHours: mondays, closedFlowId: 'FL9' },
      true,
      outside,
      { inline: expect.stringContaining('closed') },
    ],
    [
      'nothing outside its hours where it is bound to nothing',
      { serviceHours: mondays, closedFlowId: shut },
      false,
      outside,
      undefined,
    ],
  ])('is %s', async (_what, parts, hasApplication, at, script) => {
    const record = { revision: 1, createdAt: '', updatedAt: '' };
    const number: PhoneNumber = { ...record, id: 'PN', accountId: 'AC', number: '+14155550100', name: 'x', ...parts };
    const clock = new ManualClock(Date.parse(at));
    expect(await scriptOfNumber(number, hasApplication, { flows, clock })).toEqual(script);
  });
});
