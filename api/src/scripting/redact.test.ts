import { describe, expect, it } from 'vitest';
import { redact } from './redact.js';

describe('redacting', () => {
  it.each([
    ['{"password":"open sesame","a":1}', '{"password":"[secret]","a":1}'],
    ['{"password" : "with \\" quote"}', '{"password" : "[secret]"}'],
    ['{"Password":"cut off in the mid', '{"Password":"[secret]"'],
    ['{"url":"https://me:pw@example.com/a@b"}', '{"url":"https://[secret]@example.com/a@b"}'],
    ['{"uri":"sip:alice@example.com"}', '{"uri":"sip:alice@example.com"}'],
    ['{"text":"mail me@example.com or see https://example.com/@me"}', undefined],
  ])('%s', (text, shown = text) => {
    expect(redact(text)).toBe(shown);
  });
});
