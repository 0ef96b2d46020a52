import { describe, expect, it } from 'vitest';
import { fingerprint } from './fingerprint.js';

describe('the fingerprint of a request', () => {
  const of = (json: string) => fingerprint('POST', '/v1/calls', JSON.parse(json), ['calls:write']);

  it.each([
    ['members in another order', '{"a":1,"b":2}', '{"b":2,"a":1}'],
    ['members in another order further down', '[{"a":{"c":null,"d":""}}]', '[{"a":{"d":"","c":null}}]'],
    ['other spaces', '{"a":[1,2]}', '{ "a" : [ 1, 2 ] }'],
  ])('is the same with %s', (_name, one, other) => {
    expect(of(one)).toBe(of(other));
  });

  it.each([
    ['a list in another order', '{"a":[1,2]}', '{"a":[2,1]}'],
    ['a number for a text', '{"a":1}', '{"a":"1"}'],
    ['nothing for null', '{}', '{"a":null}'],
    ['an empty list for an empty object', '{"a":[]}', '{"a":{}}'],
    ['a member of another name', '{"a":1,"b":1}', '{"a":1,"__proto__":1}'],
    ['a text that looks like JSON', '{"a":"x","b":"y"}', '{"a":"x\\",\\"b\\":\\"y"}'],
  ])('differs with %s', (_name, one, other) => {
    expect(of(one)).not.toBe(of(other));
  });

  it('differs with the method, the path and the scopes, whose order does not count', () => {
    const first = fingerprint('POST', '/v1/calls', undefined, ['a', 'b']);
    expect(fingerprint('POST', '/v1/calls', undefined, ['b', 'a'])).toBe(first);
    const others = [
      fingerprint('DELETE', '/v1/calls', undefined, ['a', 'b']),
      fingerprint('POST', '/v1/calls?x=1', undefined, ['a', 'b']),
      fingerprint('POST', '/v1/calls', undefined, ['a']),
      fingerprint('POST', '/v1/calls', Buffer.from('x'), ['a', 'b']),
    ];
    expect(new Set([first, ...others]).size).toBe(5);
  });
});
