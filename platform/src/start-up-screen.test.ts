import { settingsWith } from '@hookswitch/api/config/settings';
import { describe, expect, it } from 'vitest';
import { mediaStartUpScreen, startUpScreen } from './start-up-screen.js';

const node = { httpUrl: undefined, probesUrl: 'http://127.0.0.1:9090', sip: ['udp:127.0.0.1:5060'] };
const shown = (mediaPlaneSocket: string | undefined) =>
  startUpScreen({
    settings: settingsWith({ roles: ['calls'], mediaPlaneSocket }),
    platform: node,
    dataServers: [],
    dataFolder: '/srv',
    firstKey: undefined,
  });

describe('what a person sees at the start', () => {
  it('says who carries the sound of a node', () => {
    expect(shown(undefined)).toMatch(/sound +UDP ports 20000 to 29999/);
    expect(shown('/run/media.sock')).toMatch(/sound +by the media process at \/run\/media\.sock/);
  });

  it('says of a media process where its node connects', () => {
    const role = { socket: '/run/media.sock', probesUrl: undefined };
    const text = mediaStartUpScreen({ settings: settingsWith({ roles: ['media'] }), role, dataFolder: '/srv' });
    expect(text).toMatch(/roles +media\n/);
    expect(text).toMatch(/sound +UDP ports 20000 to 29999/);
    expect(text).toMatch(/control +\/run\/media\.sock: start the node with MEDIA_PLANE_SOCKET/);
    expect(text).not.toContain('probes');
  });
});
