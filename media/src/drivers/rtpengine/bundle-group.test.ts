import { describe, expect, it } from 'vitest';
import { isBundled, withBundleGroup } from './bundle-group.js';

const session = 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n';
const audio = 'm=audio 4000 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n';
const refused = 'm=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n';

describe('BUNDLE groups (RFC 8843)', () => {
  it('have every enabled line that has a name, and stand before the first one', () => {
    expect(withBundleGroup(session + audio + refused)).toBe(`${session}a=group:BUNDLE 0\r\n${audio}${refused}`);
    expect(isBundled(withBundleGroup(session + audio))).toBe(true);
  });

  it.each([
    ['a line has no name', `${session}m=audio 4000 RTP/AVP 0\r\n`],
    ['there is a group', `${session}a=group:BUNDLE 0\r\n${audio}`],
    ['every line is refused', session + refused],
  ])('are not made where %s', (_, sdp) => {
    expect(withBundleGroup(sdp)).toBe(sdp);
  });
});
