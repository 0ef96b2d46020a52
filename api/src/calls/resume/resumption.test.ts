import type { LegSnapshot } from '@hookswitch/media/port/leg-snapshot';
import { describe, expect, it } from 'vitest';
import type { Call } from '../../call-records/call.js';
import type { FormerCall } from './keep-calls.js';
import { type KeptCall, maxKeptBytes, readKeptCall, writeKeptCall } from './kept-call.js';
import { fitCalls, maxTries, resumptions, worthRestoring } from './resumption.js';

const kept = (callId: string, more: Partial<KeptCall> = {}): KeptCall => ({
  callId,
  accountId: 'AC1',
  leg: { callId, driver: 'fake', version: 1, state: {} } satisfies LegSnapshot,
  answeredAt: 0,
  scriptRevision: 1,
  signingSecrets: [],
  ...more,
});
const former = (one: KeptCall, tries = 1): FormerCall => ({ callId: one.callId, accountId: 'AC1', tries, kept: one });
const record = (id: string, more: Partial<Call> = {}) => [id, { id, direction: 'inbound', ...more } as Call] as const;
const script = { of: { url: 'https://app.example/voice' } };
const talk = { dialCallId: 'CA2', answeredAt: 0, until: 1000 };
const dialing = {
  ...script,
  position: { kind: 'verb', index: 0, verbs: [{ verb: 'hangup' }], talk },
} as const satisfies KeptCall['script'];

describe('calls of a contact whose talk goes on', () => {
  it('go on as such, with the script that waits for the end of it', () => {
    const calls = [former(kept('CA1', { script })), former(kept('CA2'))];
    const records = new Map([record('CA1'), record('CA2', { direction: 'outbound-dial' })]);
    const fit = fitCalls(calls, new Set(['CA1', 'CA2']), records);
    const settled = { talking: new Set(['CA1', 'CA2']) };
    expect([...resumptions(fit, records, settled)]).toEqual([
      ['CA1', { kind: 'contact', script }],
      ['CA2', { kind: 'contact' }],
    ]);
  });
});

function kinds(all: readonly FormerCall[], restored: readonly string[], live: readonly string[]) {
  const records = new Map(live.map((id) => record(id, id === 'CA2' ? { direction: 'outbound-dial' } : {})));
  const found = resumptions(fitCalls(all, new Set(restored), records), records, { talking: new Set() });
  return [...found].map(([id, { kind, ...more }]) => [id, kind, 'script' in more]).sort();
}

describe('what becomes of legs that were taken over', () => {
  const caller = kept('CA1', { talksTo: 'CA2', script: dialing });
  const callee = kept('CA2', { talksTo: 'CA1', parentId: 'CA1' });
  const both = [former(caller), former(callee)];

  it.each([
    [
      'two who talk go on',
      both,
      ['CA1', 'CA2'],
      ['CA1', 'CA2'],
      [
        ['CA1', 'talk', true],
        ['CA2', 'talk', false],
      ],
    ],
    ['one whose partner is gone goes on with its script', both, ['CA1'], ['CA1', 'CA2'], [['CA1', 'script', true]]],
    ['one without a script ends with its partner', both, ['CA2'], ['CA1', 'CA2'], [['CA2', 'end', false]]],
    [
      'one whose record is over ends',
      both,
      ['CA1', 'CA2'],
      ['CA1'],
      [
        ['CA1', 'script', true],
        ['CA2', 'end', false],
      ],
    ],
    [
      'one of which nothing was kept ends',
      [former(caller)],
      ['CA1', 'CA9'],
      ['CA1', 'CA9'],
      [
        ['CA1', 'script', true],
        ['CA9', 'end', false],
      ],
    ],
    [
      'one who talks to another by now has no talk',
      [former(caller), former({ ...callee, talksTo: 'CA3' })],
      ['CA1', 'CA2'],
      ['CA1', 'CA2'],
      [
        ['CA1', 'script', true],
        ['CA2', 'end', false],
      ],
    ],
    ['one whose script had not begun begins it', [former(kept('CA1'))], ['CA1'], ['CA1'], [['CA1', 'end', false]]],
    [
      'one that was tried too often ends',
      [former(caller, maxTries + 1), former(callee)],
      ['CA1', 'CA2'],
      ['CA1', 'CA2'],
      [
        ['CA1', 'end', false],
        ['CA2', 'end', false],
      ],
    ],
  ])('%s', (_, all, restored, live, expected) => {
    expect(kinds(all, restored, live)).toEqual(expected);
  });

  it('one that processes died of even while they ended it is not touched', () => {
    const tried = [1, maxTries, maxTries + 1, maxTries + 2].map((tries) => former(kept(`CA${tries}`), tries));
    expect(worthRestoring(tried).map(({ callId }) => callId)).toEqual(['CA1', 'CA3', 'CA4']);
    expect(worthRestoring([{ callId: 'CA1', accountId: 'AC1', tries: 1, kept: undefined }])).toEqual([]);
  });
});

describe('what is kept of a call', () => {
  it('is read as it was written, and not where another version of the platform wrote it', () => {
    const whole = kept('CA1', { script: dialing, talksTo: 'CA2' });
    const text = writeKeptCall(whole)!;
    expect(readKeptCall(text)).toEqual(whole);
    expect(readKeptCall(text.replace('"version":1', '"version":2'))).toBeUndefined();
    expect(() => readKeptCall('{')).toThrow(SyntaxError);
  });

  it('has a flow that is too long begin at its start', () => {
    const of = { flow: { flowId: 'FL1' } };
    const places = [{ flowId: 'FL1', version: '1.0', node: 'menu', variables: { long: 'x'.repeat(maxKeptBytes) } }];
    const long = { of, position: { kind: 'flow', places, keys: [], secrets: [] } } as const;
    expect(readKeptCall(writeKeptCall(kept('CA1', { script: long }))!)).toEqual(kept('CA1', { script: { of } }));
  });

  it('leaves out a script that is too long, and is nothing where the leg is', () => {
    const long = { of: { inline: 'x'.repeat(maxKeptBytes) } };
    expect(readKeptCall(writeKeptCall(kept('CA1', { script: long }))!)).toEqual(kept('CA1'));
    expect(writeKeptCall(kept('CA1', { callerId: 'x'.repeat(maxKeptBytes) }))).toBeUndefined();
  });
});
