import { describe, expect, it } from 'vitest';
import { sameUri } from './same-uri.js';

describe('two URIs (RFC 3261 19.1.4)', () => {
  it.each([
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtLanTa.CoM;Transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;security=on'],
    ['sip:carol@chicago.com;newparam=5', 'sip:carol@chicago.com;security=on'],
    [
      'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
      'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
    ],
    [
      'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
      'sip:alice@atlanta.com?priority=urgent&subject=project%20x',
    ],
    ['sip:a@[2001:DB8::1]', 'sip:a@[2001:db8::1]'],
    ['sip:a:p%77@h', 'sip:a:pw@h'],
  ])('%s and %s are the same', (one, other) => {
    expect([sameUri(one, other), sameUri(other, one)]).toEqual([true, true]);
  });

  it.each([
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
    ['sip:bob@biloxi.com;transport=udp', 'sip:bob@biloxi.com;transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
    ['sip:carol@chicago.com;user=phone', 'sip:carol@chicago.com'],
    ['sip:carol@chicago.com;maddr=192.0.2.4', 'sip:carol@chicago.com'],
    ['sip:carol@chicago.com', 'sips:carol@chicago.com'],
    ['sip:a:pw@h', 'sip:a@h'],
    ['nonsense', 'sip:a@h'],
  ])('%s and %s are not', (one, other) => {
    expect([sameUri(one, other), sameUri(other, one)]).toEqual([false, false]);
  });
});
