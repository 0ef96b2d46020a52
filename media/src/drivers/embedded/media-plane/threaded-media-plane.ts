import { systemClock } from '@hookswitch/kernel/clock';
import { Turns } from '@hookswitch/kernel/turns';
import { startThread } from '../../../net/media-thread.js';
import type { AudioRef } from '../../../port/sound.js';
import type { MediaPlane, MediaPlaneSettings } from './media-plane.js';
import type { CommandMessage, PlaneMessage, ThreadStart } from './plane-messages.js';
import { withSound } from './plane-sounds.js';
import { betweenClosesMs, RemoteMediaPlane } from './remote-media-plane.js';

/**
 * A media plane in a worker thread of its own, on real UDP sockets. Sounds cross in shared memory, once each; encoded sound is cached
 * on the other side.
 */
export function createThreadedMediaPlane(
  settings: Partial<MediaPlaneSettings> = {},
  start: typeof startThread = startThread,
): MediaPlane {
  const plane = new RemoteMediaPlane('its thread never ran', {
    end: () => thread.stop(),
    closing: new Turns(systemClock, betweenClosesMs),
  });
  const thread = start<ThreadStart, CommandMessage, PlaneMessage>(
    new URL('./media-thread.js', import.meta.url),
    { settings },
    (message) => plane.hear(message),
    (detail) => plane.lost(`its thread ended, ${detail}; restart the node`),
  );
  const shared = sharedSounds();
  plane.attach({ post: (command) => thread.post(withSound(command, shared)) });
  return plane;
}

/** Copies samples to shared memory, once each. */
function sharedSounds(): (sound: AudioRef) => AudioRef {
  const copies = new WeakMap<Int16Array, Int16Array>();
  return (sound) => {
    if (sound.samples.buffer instanceof SharedArrayBuffer) return sound;
    let copy = copies.get(sound.samples);
    if (!copy) {
      copy = new Int16Array(new SharedArrayBuffer(sound.samples.byteLength));
      copy.set(sound.samples);
      copies.set(sound.samples, copy);
    }
    return { ...sound, samples: copy };
  };
}
