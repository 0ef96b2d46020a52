import { readDocument } from '@hookswitch/openapi/document';
import { verbNames } from '@hookswitch/openapi/verbs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidScriptError } from './invalid-script-error.js';
import { parseScript } from './parse-script.js';
import { defaultedFields, scriptLimits } from './script.js';

const documentUrl = 'https://example.com/voice/start';
const parse = (verbs: unknown) => parseScript({ body: JSON.stringify(verbs) }, { documentUrl });

/** The faults of a script, or [] for a good one. */
function faults(verbs: unknown, options: Parameters<typeof parseScript>[1] = { documentUrl }) {
  try {
    parseScript({ body: JSON.stringify(verbs) }, options);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidScriptError)) throw error;
    return error.fields;
  }
}

const schemas = readDocument().components.schemas as Record<
  string,
  { examples?: unknown[]; properties?: Record<string, { default?: unknown }> }
>;
const schemaOf = (name: string) => schemas[`${name[0]!.toUpperCase()}${name.slice(1)}Verb`]!;

describe('parsing a script', () => {
  it.each(verbNames)('takes the documented example of %s', (name) => {
    const examples = schemaOf(name).examples ?? [];
    expect(examples).not.toHaveLength(0);
    for (const example of examples) expect(faults([example])).toEqual([]);
  });

  it('fills in the defaults that the API description states', () => {
    expect(parse([{ verb: 'gather', prompts: [{ verb: 'say', text: 'Hello' }] }])).toEqual([
      {
        verb: 'gather',
        prompts: [{ verb: 'say', text: 'Hello', language: 'en-US', loop: 1 }],
        timeout: 5,
        finishOnKey: '#',
        bargeIn: true,
        actionOnEmptyResult: false,
        inband: false,
      },
    ]);
    expect(parse([{ verb: 'dial', targets: [{ type: 'endpoint', endpoint: 'alice' }] }])).toMatchObject([
      { timeout: 30, timeLimit: 14_400, answerOnBridge: false, record: 'do-not-record' },
    ]);
  });

  it('knows of every field with a default', () => {
    const documented = Object.fromEntries(
      verbNames.map((name) => {
        const properties = Object.entries(schemaOf(name).properties ?? {});
        return [name, properties.flatMap(([field, schema]) => ('default' in schema ? [field] : [])).sort()];
      }),
    );
    const listed = Object.fromEntries(
      verbNames.map((name) => [name, [...((defaultedFields as Record<string, readonly string[]>)[name] ?? [])].sort()]),
    );
    expect(listed).toEqual(documented);
  });

  const wrong: readonly (readonly [unknown, string, RegExp])[] = [
    [{}, '', /list/],
    [null, '', /list/],
    ['say', '', /list/],
    [[null], '/0', /object/],
    [[[]], '/0', /object/],
    [[{}], '/0/verb', /missing/],
    [[{ verb: 'sing' }], '/0/verb', /no verb.*say/],
    [[{ verb: 7 }], '/0/verb', /no verb/],
    [[{ verb: 'toString' }], '/0/verb', /no verb/],
    [[{ verb: 'answer' }, { verb: 'say' }], '/1/text', /missing/],
    [[{ verb: 'say', text: '' }], '/0/text', /1 char/],
    [[{ verb: 'say', text: 5 }], '/0/text', /string/],
    [[{ verb: 'say', text: 'a', loops: 2 }], '/0/loops', /not a known field/],
    [[{ verb: 'say', text: 'a', 'x/~y': 2 }], '/0/x~1~0y', /not a known field/],
    [[{ verb: 'say', text: 'a', loop: -1 }], '/0/loop', />= 0/],
    [[{ verb: 'say', text: 'a', loop: 1.5 }], '/0/loop', /integer/],
    [[{ verb: 'say', text: 'a', language: 'en US' }], '/0/language', /form/],
    [[{ verb: 'play' }], '/0/url', /must be given/],
    [[{ verb: 'play', url: '/a.wav', audioId: `AU${'0'.repeat(32)}` }], '/0/url', /not both/],
    [[{ verb: 'play', url: 'ftp://example.com/a.wav' }], '/0/url', /http/],
    [[{ verb: 'gather', prompts: [{ verb: 'say', text: 'a' }, { verb: 'play' }] }], '/0/prompts/1/url', /given/],
    [[{ verb: 'gather', prompts: [{ verb: 'dial' }] }], '/0/prompts/0/verb', /not one of/],
    [[{ verb: 'gather', prompts: [{ verb: 'say' }] }], '/0/prompts/0/text', /missing/],
    [[{ verb: 'gather', finishOnKey: 'x' }], '/0/finishOnKey', /form/],
    [[{ verb: 'gather', action: 'mailto:a@b.c' }], '/0/action', /http/],
    [[{ verb: 'dial', targets: [] }], '/0/targets', /1 item/],
    [[{ verb: 'dial', targets: [{ type: 'number', number: '12' }] }], '/0/targets/0/number', /form/],
    [[{ verb: 'dial', targets: [{ type: 'fax', number: '12' }] }], '/0/targets/0/type', /not one of.*fax/],
    [[{ verb: 'dial', targets: [{ type: 'sip', uri: 'http://a' }] }], '/0/targets/0/uri', /form/],
    [[{ verb: 'dial', targets: [{ type: 'sip', uri: 'sip:a@b\r\nEvil: 1' }] }], '/0/targets/0/uri', /form/],
    [
      [{ verb: 'dial', targets: [{ type: 'endpoint', endpoint: 'a', headers: { Via: 'x' } }] }],
      '/0/targets/0/headers/Via',
      /./,
    ],
    [
      [{ verb: 'dial', targets: [{ type: 'endpoint', endpoint: 'a', headers: { 'X-A': 'x\r\nEvil: 1' } }] }],
      '/0/targets/0/headers/X-A',
      /form/,
    ],
    [[{ verb: 'reject', reason: 'sulk' }], '/0/reason', /rejected, busy/],
    [[{ verb: 'sendDigits', digits: '12e' }], '/0/digits', /form/],
    [[{ verb: 'tag', tags: {} }], '/0/tags', /1 propert/],
    [[{ verb: 'tag', tags: { a: 1 } }], '/0/tags/a', /string/],
    [[{ verb: 'tag', tags: { ['k'.repeat(65)]: 'v' } }], `/0/tags/${'k'.repeat(65)}`, /64/],
    [[{ verb: 'redirect', url: 'http://' }], '/0/url', /http/],
  ];
  it.each(wrong)('points at the fault of %j: %s', (script, pointer, message) => {
    const [fault, ...others] = faults(script);
    expect(fault?.pointer).toBe(pointer);
    expect(fault?.message).toMatch(message);
    expect(others).toEqual([]);
  });

  it('points at every faulty verb, and at no more than twenty', () => {
    expect(faults([{ verb: 'say' }, { verb: 'hangup' }, { verb: 'play' }]).map(({ pointer }) => pointer)).toEqual([
      '/0/text',
      '/2/url',
    ]);
    expect(faults(Array(500).fill({ verb: 'say' }))).toHaveLength(20);
  });

  it('refuses relative URLs in a script that has no address of its own', () => {
    const script = [{ verb: 'redirect', url: '/next' }];
    expect(faults(script)).toEqual([]);
    expect(faults(script, {})[0]).toMatchObject({ pointer: '/0/url', message: expect.stringContaining('absolute') });
  });

  it('refuses verbs that the place forbids', () => {
    const script = [{ verb: 'dial', targets: [{ type: 'endpoint', endpoint: 'a' }] }];
    expect(faults(script, { documentUrl, forbidden: ['dial'] })[0]).toMatchObject({ pointer: '/0/verb' });
  });

  it.each(['application/json', 'Application/JSON; charset=utf-8', 'text/json', undefined, ''])(
    'takes JSON sent as %j',
    (contentType) => {
      expect(parseScript({ body: '[]', contentType })).toEqual([]);
    },
  );

  it.each(['text/html', 'text/xml', 'audio/wav', 'nonsense'])(
    'names the content types it takes instead of %s',
    (contentType) => {
      expect(() => parseScript({ body: '[]', contentType })).toThrow(
        expect.objectContaining({ code: 'script-content-type', message: expect.stringContaining('application/json') }),
      );
    },
  );

  it.each(['', '{', '[{"verb":"say"', '[] []', 'null,', '﻿[]'])('says that %j is not JSON', (body) => {
    expect(() => parseScript({ body })).toThrow(/not JSON/);
  });

  it('refuses ten thousand verbs, and too large a text, before looking at them', () => {
    expect(faults(Array(10_000).fill({ verb: 'hangup' }))[0]?.message).toMatch(/10000 verbs; at most 1000/);
    expect(faults(Array(1000).fill({ verb: 'hangup' }))).toEqual([]);
    expect(() => parseScript({ body: `["${'x'.repeat(scriptLimits.maxBytes)}"]` })).toThrow(/larger/);
  });

  it('refuses deep nesting', () => {
    expect(() => parseScript({ body: '['.repeat(100_000) })).toThrow(/nests deeper/);
    expect(() => parseScript({ body: `[{"verb":${'{"a":'.repeat(60)}1${'}'.repeat(61)}]` })).toThrow(/nests deeper/);
  });

  it('answers every JSON value with a script or with pointers that lead into it', () => {
    const field = fc.constantFrom(
      'verb',
      'text',
      'url',
      'action',
      'prompts',
      'targets',
      'type',
      'number',
      'tags',
      'loop',
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom<unknown>(...verbNames, 'number', 'sip', '/next', '+14155550100', '__proto__'),
        fc.jsonValue({ maxDepth: 2 }),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(fc.oneof(field, fc.string()), tie('any'), { maxKeys: 5 }),
      ),
    })).any;
    const verb = fc
      .tuple(fc.constantFrom(...verbNames), fc.dictionary(field, value, { maxKeys: 4 }))
      .map(([name, fields]) => ({ ...fields, verb: name }));
    fc.assert(
      fc.property(fc.array(fc.oneof(verb, value), { maxLength: 5 }), (script) => {
        for (const { pointer, message } of faults(script)) {
          expect(message).not.toBe('');
          const index = Number(pointer.split('/')[1]);
          expect(index).toBeLessThan(script.length);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('answers every text with a script or an error of its own', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })), fc.string(), (body, contentType) => {
        for (const type of [undefined, contentType]) {
          try {
            parseScript({ body, contentType: type });
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidScriptError);
          }
        }
      }),
    );
  });
});
