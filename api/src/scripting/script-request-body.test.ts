import { readDocument } from '@hookswitch/openapi/document';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { Call } from '../call-records/call.js';
import type { VerbResult } from './outcome.js';
import { scriptRequestBody } from './script-request-body.js';
import type { ScriptQuestion } from './script-source.js';

const document = JSON.parse(JSON.stringify(readDocument().components), (key, value) =>
  key === 'discriminator' ? { propertyName: value.propertyName } : value,
);
const ajv = new Ajv2020({ discriminator: true, strict: false, validateFormats: false });
ajv.addSchema({ $id: 'api', components: document });
const validate = ajv.compile({ $ref: 'api#/components/schemas/ScriptRequest' });

const id = (prefix: string) => `${prefix}0192f0c1a2b37c3d8e4f5a6b7c8d9e0f`;
const call: Call = {
  id: id('CA'),
  accountId: id('AC'),
  contactId: id('CN'),
  direction: 'inbound',
  from: '+4930111',
  to: '+4930222',
  status: 'ringing',
  scriptRevision: 3,
  nodeId: 'node-1',
  createdAt: Date.UTC(2026, 0, 1),
  tags: { a: 'b' },
  recordingIds: [],
  sequence: 1,
  revision: 1,
  pendingEvents: [],
};
const whole: Call = {
  ...call,
  parentCallId: id('CA'),
  applicationId: id('AP'),
  numberId: id('PN'),
  trunkId: id('TK'),
  endpointId: id('SE'),
  fromDisplayName: 'Ann',
  status: 'completed',
  answeredAt: Date.UTC(2026, 0, 1),
  endedAt: Date.UTC(2026, 0, 1),
};
const results: VerbResult[] = [
  { verb: 'gather', digits: '12', reason: 'finish-key' },
  { verb: 'record', recordingId: id('RE'), durationSeconds: 3, digits: 'hangup', reason: 'hangup' },
  { verb: 'dial', dialStatus: 'busy', durationSeconds: 0, bridged: false, sipStatus: 486, dialCallId: id('CA') },
  { verb: 'dial', dialStatus: 'completed', durationSeconds: 9, bridged: true, recordingId: id('RE') },
];

describe('the body of a script request', () => {
  const questions: [string, Pick<ScriptQuestion, 'call'> & Partial<ScriptQuestion>][] = [
    ['a new call', { call }],
    ['a call with everything', { call: whole }],
    ['an error', { call, error: { code: 'invalid-script', message: 'no', url: 'https://e.com/', pointer: '/0' } }],
    ...results.map((result): [string, { call: Call; result: VerbResult }] => [result.verb, { call, result }]),
  ];
  it.each(questions)('is as the API description says: %s', (_, question) => {
    const body = JSON.parse(scriptRequestBody({ sipHeaders: { 'X-A': '1' }, scriptRevision: 1, ...question }));
    validate(body);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('holds nothing that only the platform needs', () => {
    const body = scriptRequestBody({ call: whole, sipHeaders: {}, scriptRevision: 1 });
    for (const inner of ['nodeId', 'pendingEvents', 'sequence', 'recordingIds']) expect(body).not.toContain(inner);
  });
});
