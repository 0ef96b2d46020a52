import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCredentials } from './credentials.js';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('the Authorization header', () => {
  it.each([
    [basic('AC1:key'), { id: 'AC1', secret: 'key' }],
    [basic('AC1:key:with:colons'), { id: 'AC1', secret: 'key:with:colons' }],
    ['bearer key', { id: undefined, secret: 'key' }],
    ['BASIC  QUMxOmtleQ==', { id: 'AC1', secret: 'key' }],
    [basic('no colon'), undefined],
    [basic(':key'), undefined],
    ['Basic', undefined],
    ['Digest username="x"', undefined],
    [`Bearer ${'x'.repeat(2000)}`, undefined],
    [undefined, undefined],
  ])('%s', (header, credentials) => {
    expect(parseCredentials(header)).toEqual(credentials);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseCredentials(text)));
    fc.assert(fc.property(fc.string(), (text) => void parseCredentials(`Basic ${text}`)));
  });
});
