import { describe, expect, it } from 'vitest';
import { telephoneUser } from './telephone-user.js';
import { parseUri } from './uri.js';

describe('the user part of a URI as it is dialled (RFC 3261 19.1.6, RFC 3966 3)', () => {
  it.each([
    ['sip:+14155550100@example.com', '+14155550100'],
    ['sip:+1-(415)-555.0100@example.com', '+14155550100'],
    ['sip:+14155550100;npdi;rn=+14155550000@example.com;user=phone', '+14155550100'],
    ['sip:415-555-0100;phone-context=+1@example.com', '4155550100'],
    ['sip:415-555-0100@example.com;user=phone', '4155550100'],
    ['sip:*72@example.com;user=PHONE', '*72'],
    ['tel:+1-415-555-0100;cpc=ordinary', '+14155550100'],
    ['sip:10-20@example.com', '10-20'],
    ['sip:smith.john@example.com;user=phone', 'smith.john'],
    ['sip:user;par=x@example.com', 'user;par=x'],
    ['sip:+@example.com', '+'],
    ['sip:example.com', ''],
  ])('%s → %s', (uri, dialled) => {
    expect(telephoneUser(parseUri(uri))).toBe(dialled);
  });
});
