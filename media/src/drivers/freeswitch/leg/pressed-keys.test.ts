import { expect, it } from 'vitest';
import type { EslEvent } from '../esl/esl-event.js';
import { PressedKeys } from './pressed-keys.js';

/** Keys of a channel on a FreeSWITCH that keeps those that are pressed; `before`: what it had when this process came. */
function setUp({ kept = true, before = {} as Readonly<Record<string, string>> } = {}) {
  const variables = new Map(Object.entries(before));
  const told: string[] = [];
  let isGone = false;
  const keys = new PressedKeys({
    kept,
    command: async (verb, rest) => {
      if (isGone) return '-ERR No such channel!\n';
      const [name = '', value = ''] = rest.split(' ');
      if (verb === 'setvar') variables.set(name, value);
      return verb === 'setvar' ? '+OK\n' : (variables.get(name) ?? '_undef_');
    },
    pressed: (digit) => void told.push(digit),
    missed: (digit) => void told.push(`missed ${digit}`),
  });
  const settled = () => new Promise(setImmediate);
  return {
    keys,
    told,
    variables,
    settled,
    gone: () => {
      isGone = true;
    },
    /** A key is pressed; FreeSWITCH tells of it with `heard`. */
    press: (digit: string) => variables.set('hookswitch_keys', (variables.get('hookswitch_keys') ?? '') + digit),
    dump: () => ({ get: (name: string) => variables.get(name.replace('variable_', '')) }) as unknown as EslEvent,
  };
}

it('tells each key once, in order, and keeps how many were told', async () => {
  const { keys, told, variables, press, settled } = setUp();
  for (const digit of '12') {
    press(digit);
    keys.heard(digit);
  }
  await settled();
  expect([told, variables.get('hookswitch_keys_told')]).toEqual([['1', '2'], '2']);
});

it('tells keys that were missed, and none of them again that an event tells late', async () => {
  const before = { hookswitch_keys: '123', hookswitch_keys_told: '1' };
  const { keys, told, press, dump, settled } = setUp({ before });
  keys.found(dump());
  keys.heard('3');
  await settled();
  press('4');
  keys.heard('4');
  await settled();
  expect(told).toEqual(['missed 2', 'missed 3', '4']);
});

it('tells a key that an event tells before the channel was looked at, with those before it', async () => {
  const { keys, told, press, dump, settled } = setUp({ before: { hookswitch_keys: '1', hookswitch_keys_told: '1' } });
  keys.found(dump());
  press('2');
  press('3');
  keys.heard('3');
  keys.found(dump());
  await settled();
  expect(told).toEqual(['missed 2', 'missed 3']);
});

it('begins anew with another channel', async () => {
  const { keys, told, press, variables, settled } = setUp();
  press('1');
  keys.heard('1');
  await settled();
  keys.moved();
  variables.clear();
  press('2');
  keys.heard('2');
  await settled();
  expect(told).toEqual(['1', '2']);
});

it.each([
  ['FreeSWITCH keeps none', { kept: false }],
  ['the channel was answered without', {}],
])('tells what events tell where %s', async (_where, how) => {
  const { keys, told, dump, settled } = setUp(how);
  keys.found(dump());
  keys.heard('5');
  await settled();
  expect(told).toEqual(['5']);
});

it('tells the key after which the channel went', async () => {
  const { keys, told, press, gone, settled } = setUp();
  press('9');
  gone();
  keys.heard('9');
  await settled();
  expect(told).toEqual(['9']);
});
