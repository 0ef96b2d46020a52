import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import type { Area } from '../areas/index.js';
import { callOutRefusal } from './call-out-rules.js';
import { calleeNumber } from './callee-number.js';
import {
  type CallerIdCandidate,
  type CallerIdWish,
  callerIdForMobile,
  chooseCallerId,
  givenCallerId,
} from './choose-caller-id.js';

const area = (province: string, city: string): Area => ({ country: 'CN', province, city, operator: '' });
const shenzhen = area('广东省', '深圳市');
const beijing = area('北京市', '北京市');
const random = seededRandom(7);

function number(name: string, more: Partial<CallerIdCandidate> = {}): CallerIdCandidate {
  return {
    number: name,
    outboundSkillGroupIds: [],
    forAgentMobiles: false,
    area: undefined,
    ...more,
  };
}
const wish = (more: Partial<CallerIdWish> = {}): CallerIdWish => ({
  skillGroupIds: ['SG1'],
  rule: 'skillGroup',
  calleeArea: undefined,
  ...more,
});
/** All that fifty calls show. */
const shown = (asked: CallerIdWish, numbers: readonly CallerIdCandidate[]) =>
  [...new Set(Array.from({ length: 50 }, () => chooseCallerId(asked, numbers, random)?.number))].sort();

describe('which number a call out shows', () => {
  const bound = number('A', { outboundSkillGroupIds: ['SG1'] });
  const others = [number('B'), number('C', { outboundSkillGroupIds: ['SG2'] })];

  it("OUTSET-01 is one bound to the agent's skill group, or any", () => {
    expect(shown(wish(), [bound, ...others])).toEqual(['A']);
    expect(shown(wish({ skillGroupIds: ['SG9'] }), [bound, ...others])).toEqual(['A', 'B', 'C']);
    expect(shown(wish({ skillGroupIds: [] }), [bound, ...others])).toEqual(['A', 'B', 'C']);
    expect(shown(wish({ rule: 'random' }), [bound, ...others])).toEqual(['A', 'B', 'C']);
  });

  it.each([
    [['SG1'], 'SG1'],
    [['SG2', 'SG1'], 'SG1'],
    [['SG3', 'SG4'], 'SG3'],
    [[], undefined],
  ])('OUTSET-01 an agent in %j calls on behalf of %s with a number bound to SG1', (skillGroupIds, group) => {
    expect(chooseCallerId(wish({ skillGroupIds, rule: 'random' }), [bound], random)?.skillGroupId).toBe(group);
  });

  it("OUTSET-02 is one of the callee's city, then province, then any", () => {
    const numbers = [number('0755', { area: shenzhen }), number('010', { area: beijing })];
    const to = (calleeArea: Area) => shown(wish({ rule: 'sameArea', calleeArea }), numbers);
    expect(to(shenzhen)).toEqual(['0755']);
    expect(to(beijing)).toEqual(['010']);
    expect(to(area('广东省', '广州市'))).toEqual(['0755']);
    expect(to(area('四川省', '成都市'))).toEqual(['010', '0755']);
  });

  it('NUM-01 is one of the number groups that are asked for, or the number that is', () => {
    const grouped = [number('B', { numberGroupId: 'NG1' }), number('C', { numberGroupId: 'NG2' }), bound];
    expect(shown(wish({ numberGroupIds: ['NG1', 'NG2'] }), grouped)).toEqual(['B', 'C']);
    expect(givenCallerId('C', wish(), grouped)).toEqual({ number: 'C', skillGroupId: 'SG1' });
    expect(givenCallerId('C', wish({ numberGroupIds: ['NG1'] }), grouped)).toBeUndefined();
    expect(givenCallerId('Z', wish(), grouped)).toBeUndefined();
    expect(shown(wish(), [])).toEqual([undefined]);
  });

  it("NUM-04 is one marked for mobiles when an agent's mobile rings", () => {
    const marked = number('M', { forAgentMobiles: true });
    expect(callerIdForMobile([bound, marked], 'L', random)).toBe('M');
    expect(callerIdForMobile([bound], 'L', random)).toBe('L');
    expect(callerIdForMobile([], undefined, random)).toBeUndefined();
  });
});

describe('SOFTOUT-03 what was typed', () => {
  it.each([
    ['+8613812345678', undefined, '+8613812345678'],
    ['+86 138 1234-5678', undefined, '+8613812345678'],
    ['008613812345678', undefined, '+8613812345678'],
    ['13812345678', 'CN', '+8613812345678'],
    ['0755 8601 3388', 'CN', '+8675586013388'],
    ['(020) 7946 0000', 'GB', '+442079460000'],
    ['13812345678', undefined, undefined],
    ['123', 'CN', undefined],
    ['+999', undefined, undefined],
    ['anna', 'CN', undefined],
    ['', 'CN', undefined],
    ['1'.repeat(41), 'CN', undefined],
    ['tel:+8613812345678', undefined, undefined],
  ])('"%s" in %s is %s', (typed, country, callee) => {
    expect(calleeNumber(typed, country)).toBe(callee);
  });
});

describe('whether a number may be called now', () => {
  const at = Date.parse('2026-11-23T12:59:00Z'); // 20:59 in Shanghai
  const settings = { timeZone: 'Asia/Shanghai', calleeLimits: [] };
  const hours = { from: '08:00', to: '21:00' };

  it.each([
    [hours, at, undefined],
    [hours, at + 60_000, 'restrictedTime'],
    [{ from: '21:00', to: '08:00' }, at, 'restrictedTime'],
    [{ from: '21:00', to: '08:00' }, at + 60_000, undefined],
    [{ from: '21:00', to: '08:00' }, at + 11 * 3_600_000, undefined],
    [undefined, at + 60_000, undefined],
  ])('in hours %j', (callOutHours, now, refusal) => {
    expect(callOutRefusal({ ...settings, ...(callOutHours && { callOutHours }) }, [], now)).toBe(refusal);
  });

  it.each([
    [[], undefined],
    [[at - 1000, at - 2000], undefined],
    [[at - 1000, at - 2000, at - 299_999], 'tooManyRequest'],
    [[at - 1000, at - 2000, at - 300_000], undefined],
    [[1, 2, 3, 4, 5].map((hour) => at - hour * 3_600_000), 'tooManyRequest'],
  ])('after calls at %j: 3 in 5 minutes, 5 in a day', (earlier, refusal) => {
    const calleeLimits = [
      { calls: 3, withinSeconds: 300 },
      { calls: 5, withinSeconds: 86_400 },
    ];
    expect(callOutRefusal({ ...settings, calleeLimits }, earlier, at)).toBe(refusal);
  });
});
