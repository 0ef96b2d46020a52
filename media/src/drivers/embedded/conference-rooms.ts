import type { Logger } from '@hookswitch/kernel/logger';
import type { ConferenceWiring } from '../../port/conferences.js';
import type { LiveCall } from '../../port/live-call.js';
import type { Sound } from '../../port/sound.js';
import type { EmbeddedLeg } from './embedded-leg.js';
import type { MediaPlane } from './media-plane/media-plane.js';

/** Tells the media plane who hears whom, as far as the legs have ports; those that get theirs later take part from then on. */
export class ConferenceRooms implements ConferenceWiring<EmbeddedLeg> {
  readonly own: (leg: LiveCall) => EmbeddedLeg;
  readonly #plane: MediaPlane;
  readonly #logger: Logger;
  readonly #rooms = new Map<string, ReadonlyMap<EmbeddedLeg, readonly EmbeddedLeg[]>>();
  readonly #waiting = new WeakSet<EmbeddedLeg>();

  constructor(plane: MediaPlane, logger: Logger, own: (leg: LiveCall) => EmbeddedLeg) {
    this.#plane = plane;
    this.#logger = logger;
    this.own = own;
  }

  hear(room: string, listening: ReadonlyMap<EmbeddedLeg, readonly EmbeddedLeg[]>): void {
    if (listening.size > 0) this.#rooms.set(room, listening);
    else this.#rooms.delete(room);
    this.#tell(room);
    for (const leg of listening.keys()) this.#tellOnceOpen(leg);
  }

  holdMusic(leg: EmbeddedLeg, music: Sound | undefined): void {
    leg.media.holdMusic(music);
  }

  hasSound(leg: EmbeddedLeg): boolean {
    return leg.media.flowing;
  }

  onListenerError(error: unknown, event: string): void {
    this.#logger.error({ err: error, event }, 'a listener of a conference failed');
  }

  #tell(room: string): void {
    const open = [...(this.#rooms.get(room) ?? [])].filter(([leg]) => leg.media.open);
    this.#plane.setRoom(
      room,
      open.map(([{ media }, heard]) => ({
        legId: media.legId,
        hears: heard.filter((leg) => leg.media.open).map((leg) => leg.media.legId),
      })),
    );
  }

  #tellOnceOpen(leg: EmbeddedLeg): void {
    if (leg.media.open || this.#waiting.has(leg)) return;
    this.#waiting.add(leg);
    leg.media.whenOpen(() => {
      for (const [room, listening] of this.#rooms) if (listening.has(leg)) this.#tell(room);
    });
  }
}
