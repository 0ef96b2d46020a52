import { readdirSync, readFileSync } from 'node:fs';
import { readDocument } from '@hookswitch/openapi/document';
import { describe, expect, it } from 'vitest';
import { breakingChanges, type DocumentShape } from './breaking-changes.js';

const folder = new URL('../../../openapi/released/', import.meta.url);
const versionOf = (file: string) => file.match(/\d+/g)!.map(Number) as [number, number];
const [last] = readdirSync(folder).sort((a, b) => {
  const [[majorA, minorA], [majorB, minorB]] = [versionOf(a), versionOf(b)];
  return majorB - majorA || minorB - minorA;
});
const released = (): DocumentShape => JSON.parse(readFileSync(new URL(last!, folder), 'utf8'));

/** Something changeable of a document, for tests only. */
// biome-ignore lint/suspicious/noExplicitAny: a test takes the document apart freely
type Loose = any;

describe('the API description beside the last release', () => {
  it('breaks no program that was written for it (CONTRIBUTING.md says what to do)', () => {
    expect(breakingChanges(released(), readDocument() as unknown as DocumentShape)).toEqual([]);
  });

  it.each<[string, (document: Loose) => void, RegExp]>([
    ['an operation goes', ({ paths }) => delete paths['/v1/calls'].post, /^createCall .*: is gone$/],
    ['a path goes', ({ paths }) => delete paths['/v1/calls'], /^listCalls .*: is gone$/],
    ['an operation is renamed', ({ paths }) => (paths['/v1/calls'].post.operationId = 'x'), /operationId is now x/],
    ['a scope changes', ({ paths }) => (paths['/v1/calls'].post['x-scope'] = '*'), /needs the scope \*/],
    ['a status goes', ({ paths }) => delete paths['/v1/calls'].post.responses['201'], /the status 201 is gone/],
    [
      'a parameter is required',
      ({ paths }) => (paths['/v1/calls'].get.parameters.find((one: Loose) => one.name === 'status').required = true),
      /query status: is required now/,
    ],
    ['an event goes', ({ webhooks }) => delete webhooks['call.ringing'], /^event call\.ringing: is gone$/],
    ['a verb goes', (d) => d.components.schemas.Verb.oneOf.shift(), /^Verb: the shape \w+Verb is gone$/],
  ])('complains where %s', (_what, change, sentence) => {
    const now = structuredClone(released()) as Loose;
    change(now);
    expect(breakingChanges(released(), now)).toContainEqual(expect.stringMatching(sentence));
  });

  it.each<[string, (schemas: Loose) => void, RegExp]>([
    ['a field of answers goes', ({ Call }) => delete Call.properties.from, /^Call: the field from is gone$/],
    [
      'a field of requests goes',
      ({ CreateCallRequest }) => delete CreateCallRequest.properties.to,
      /^CreateCallRequest: the field to is gone$/,
    ],
    ['an answer may lack a field', ({ Call }) => Call.required.shift(), /^Call: the field \w+ may be absent now$/],
    ['an answer may be null', ({ Cdr }) => (Cdr.properties.callId = { type: ['string', 'null'] }), /may be null now/],
    [
      'a request needs a field',
      ({ CreateCallRequest }) => CreateCallRequest.required.push('tags'),
      /^CreateCallRequest: the field tags is required now$/,
    ],
    ['a value goes', ({ CallStatus }) => CallStatus.enum.pop(), /^CallStatus: the value "[a-z-]+" is gone$/],
    ['a request takes less text', ({ SayVerb }) => (SayVerb.properties.text.maxLength = 1), /maxLength is 1 now/],
    [
      'a request takes fewer types',
      ({ PauseVerb }) => (PauseVerb.properties.length.type = 'integer'),
      /takes no number/,
    ],
    ['a request takes only a pattern', ({ SayVerb }) => (SayVerb.properties.text.pattern = '^a'), /pattern is \^a now/],
    [
      'a backend is told less',
      ({ ScriptCall }) => delete ScriptCall.properties.to,
      /^ScriptCall: the field to is gone$/,
    ],
  ])('complains where %s', (_what, change, sentence) => {
    const now = structuredClone(released()) as Loose;
    change(now.components.schemas);
    expect(breakingChanges(released(), now)).toContainEqual(expect.stringMatching(sentence));
  });

  it('lets everything be added', () => {
    const now = structuredClone(released()) as Loose;
    const { schemas } = now.components;
    now.paths['/v1/new'] = now.paths['/v1/calls'];
    now.webhooks['call.new'] = now.webhooks['call.ringing'];
    now.paths['/v1/calls'].get.parameters.push({ name: 'new', in: 'query', schema: { type: 'string' } });
    now.paths['/v1/calls'].post.responses['418'] = { content: {} };
    schemas.NewVerb = schemas.SayVerb;
    schemas.Verb.oneOf.push({ $ref: '#/components/schemas/NewVerb' });
    schemas.CallStatus.enum.push('new');
    schemas.Call.properties.new = { type: 'string' };
    schemas.Call.required.push('new');
    schemas.CreateCallRequest.properties.new = { type: 'string' };
    schemas.SayVerb.properties.text.maxLength += 1;
    expect(breakingChanges(released(), now)).toEqual([]);
  });
});
