import { idMaker } from '@hookswitch/kernel/ids';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { noMedia } from '@hookswitch/media/port/live-call';
import { readDocument } from '@hookswitch/openapi/document';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call } from '../call-records/call.js';
import type { CallEvent } from '../call-records/call-events.js';
import { callSnapshot } from '../call-records/call-snapshot.js';
import { finalChange } from '../call-records/final-change.js';
import { buildCdr } from '../cdrs/index.js';
import { type Recording, recordingView } from '../recordings/index.js';
import { storedEvent } from './stored-event.js';
import { maxPayloadBytes, publicTimes, toPublicEvent, writeEvent } from './webhook-event.js';

const clock = new ManualClock();
const newId = idMaker(clock, seededRandom(1));
const call: Call = {
  id: newId('CA'),
  accountId: newId('AC'),
  contactId: newId('CN'),
  parentCallId: newId('CA'),
  direction: 'outbound-dial',
  from: '+14155550100',
  to: '+14155550101',
  status: 'in-progress',
  trunkId: newId('TK'),
  nodeId: 'node-1',
  scriptRevision: 2,
  createdAt: clock.now(),
  ringingAt: clock.now(),
  answeredAt: clock.now(),
  tags: { campaign: 'spring' },
  recordingIds: [newId('RE')],
  sequence: 7,
  revision: 9,
  pendingEvents: [],
};
const at = new Date(clock.now()).toISOString();
const recording = {
  id: newId('RE'),
  accountId: call.accountId,
  callId: call.id,
  source: 'RecordVerb',
  channels: 2,
  status: 'available',
  trimSilence: false,
  startedAt: at,
  endedAt: at,
  durationSeconds: 1.5,
  end: 'silence',
  files: [{ format: 'wav', key: 'k', sizeBytes: 5, sha256: 'a'.repeat(64) }],
  createdAt: at,
  updatedAt: at,
} as unknown as Recording;

const document = readDocument() as { components: object };
const ajv = new Ajv2020({ strict: false });
(addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
ajv.addSchema({ $id: 'api', components: document.components });
const isEvent = ajv.compile({ $ref: 'api#/components/schemas/Event' });

const event = (type: CallEvent['type'], data: CallEvent['data']): CallEvent => ({
  id: newId('EV'),
  type,
  sequence: 3,
  occurredAt: clock.now(),
  data,
});

describe('toPublicEvent', () => {
  const end = {
    termination: { result: 'completed', by: 'remote', reason: 'hangup' },
    media: noMedia,
    endedAt: clock.now(),
  } as const;
  const final = finalChange(call, end, (over) => ({ ...buildCdr(over) }))!;
  it.each([
    ...(['call.initiated', 'call.ringing', 'call.answered'] as const).map((type) =>
      event(type, { call: callSnapshot(call) }),
    ),
    event('call.updated', { call: callSnapshot(call), changed: ['tags'] }),
    ...final.events!.map(({ type, data }) => event(type, data)),
    ...(['started', 'paused', 'resumed', 'completed', 'available', 'absent', 'failed'] as const).map((what) =>
      event(`recording.${what}`, { recording: recordingView(recording) }),
    ),
  ])('gives $type as the API description has it', (one) => {
    const made = JSON.parse(JSON.stringify(toPublicEvent(one, call)));
    expect(isEvent(made), JSON.stringify(isEvent.errors)).toBe(true);
    expect(made).toMatchObject({ id: one.id, callId: call.id, accountId: call.accountId, sequence: 3 });
  });

  it.each([
    ['CN', 'contactId'],
    ['AG', 'agentId'],
  ] as const)('says in the envelope what the event is about: %s is %s', (kind, name) => {
    const id = newId(kind);
    const made = toPublicEvent(event('call.updated', {}), { id, accountId: call.accountId });
    expect(Object.keys(made)).toEqual(['id', 'type', 'timestamp', 'accountId', name, 'sequence', 'data']);
    expect(made).toMatchObject({ [name]: id, sequence: 3 });
    expect(storedEvent(made)).toMatchObject({ subjectId: id, payload: JSON.stringify(made) });
  });

  it('refuses a document that the envelope has no name for', () => {
    expect(() => toPublicEvent(event('call.updated', {}), { id: newId('TK'), accountId: call.accountId })).toThrow(
      'Events cannot be about TK',
    );
  });

  it('stays below 20 KB: tags go first, and it says so', () => {
    const tags = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`tag-${n}`, '界'.repeat(200)]));
    const made = toPublicEvent(event('call.answered', { call: { ...callSnapshot(call), tags } }), call);
    expect(Buffer.byteLength(JSON.stringify(made))).toBeLessThanOrEqual(maxPayloadBytes);
    expect(made.data).toMatchObject({ truncated: true, call: { id: call.id, tags: {} } });
    expect(isEvent(JSON.parse(JSON.stringify(made)))).toBe(true);
    const huge = toPublicEvent(event('call.updated', { call: { from: 'x'.repeat(30_000) } }), call);
    expect(Buffer.byteLength(JSON.stringify(huge))).toBeLessThanOrEqual(maxPayloadBytes);
    expect(huge).toMatchObject({ callId: call.id, sequence: 3, data: { truncated: true } });
  });

  it('comes with the text of what is sent, cut or not', () => {
    for (const from of ['+14155550100', 'x'.repeat(30_000)]) {
      const { event: made, payload } = writeEvent(event('call.updated', { call: { from } }), call);
      expect(payload).toBe(JSON.stringify(made));
    }
  });
});

describe('publicTimes', () => {
  it('turns times into text wherever they stand, leaves out what is undefined, and touches nothing else', () => {
    expect(
      publicTimes({
        neverAt: 1e300,
        createdAt: 0,
        at: 5,
        inner: [{ endedAt: 1500, gone: undefined, seatAt: 'row' }],
        none: null,
      }),
    ).toEqual({
      createdAt: '1970-01-01T00:00:00.000Z',
      neverAt: 1e300,
      at: 5,
      inner: [{ endedAt: '1970-01-01T00:00:01.500Z', seatAt: 'row' }],
      none: null,
    });
    const tags = JSON.parse('{"__proto__":"a tag"}') as object;
    expect(JSON.stringify(publicTimes({ tags }))).toBe('{"tags":{"__proto__":"a tag"}}');
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const noTimes = JSON.parse(JSON.stringify(value).replaceAll('At"', 'at"'));
        expect(publicTimes(noTimes)).toEqual(noTimes);
      }),
    );
  });

  it('leaves what it is given as it was, and gives back without a copy what needs none', () => {
    const given = { call: { createdAt: 0, tags: { a: 'b' } }, list: [{ endedAt: 1 }, 'x'] };
    const before = structuredClone(given);
    const shown = publicTimes(given) as typeof given;
    expect(given).toEqual(before);
    expect(shown.call.tags).toBe(given.call.tags);
    expect(publicTimes(given.call.tags)).toBe(given.call.tags);
    const tags = JSON.parse('{"__proto__":{"seenAt":0}}') as object;
    expect(JSON.stringify(publicTimes(tags))).toBe('{"__proto__":{"seenAt":"1970-01-01T00:00:00.000Z"}}');
    expect(JSON.stringify(publicTimes({ gone: undefined, seenAt: 0 }))).toBe('{"seenAt":"1970-01-01T00:00:00.000Z"}');
  });
});
