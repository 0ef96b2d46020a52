import { openDatagramClient } from '../../net/datagram-client.js';
import type { MediaRelay } from '../../port/media-relay.js';
import { RtpengineRelay } from './rtpengine-relay.js';
import { defaultRtpengineSettings, type RtpengineAddress, type RtpengineSettings } from './rtpengine-settings.js';

/** Makes a relay of rtpengines. Nothing is opened before `start`. */
export function createRtpengineRelay(
  settings: Pick<RtpengineSettings, 'servers' | 'interfaces' | 'clock' | 'random' | 'logger'> &
    Partial<RtpengineSettings>,
): MediaRelay {
  return new RtpengineRelay({ open: openDatagramClient, ...defaultRtpengineSettings, ...settings });
}

export type { RtpengineAddress, RtpengineSettings };
