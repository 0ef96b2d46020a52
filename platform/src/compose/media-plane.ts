import type { Settings } from '@hookswitch/api/config/settings';
import type { ReadinessCheck } from '@hookswitch/api/http/probes';
import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { MediaPlane, MediaPlaneSettings } from '@hookswitch/media/drivers/embedded/media-plane/media-plane';
import { createProcessMediaPlane } from '@hookswitch/media/drivers/embedded/media-plane/process/process-media-plane';
import { createThreadedMediaPlane } from '@hookswitch/media/drivers/embedded/media-plane/threaded-media-plane';
import { Gauge, type Registry } from 'prom-client';

export interface ServerMediaPlaneDeps {
  readonly settings: Settings;
  readonly nodeId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends the process at once: another one of this node has its calls. */
  readonly end: () => void;
}

/** A worker thread, or the process that MEDIA_PLANE_SOCKET names. */
export function createServerMediaPlane(deps: ServerMediaPlaneDeps): MediaPlane {
  const { settings, nodeId, clock, logger, end } = deps;
  const { mediaPlaneSocket: path } = settings;
  if (path === undefined) return createThreadedMediaPlane(mediaPlaneSettings(settings));
  if (settings.nodeId === undefined) throw new Error('MEDIA_PLANE_SOCKET is set: set NODE_ID, too.');
  const onReplaced = () => {
    logger.fatal({ nodeId }, 'another process with this NODE_ID took the media process and its calls; this one ends');
    end();
  };
  return createProcessMediaPlane({ path, nodeId, clock, logger, onReplaced }).plane;
}

/** How whatever carries sound is set up. */
export function mediaPlaneSettings(settings: Settings): Partial<MediaPlaneSettings> {
  return {
    portLow: settings.rtpPortLow,
    portHigh: settings.rtpPortHigh,
    mediaLossMs: settings.mediaLossSeconds * 1000,
  };
}

/** Without the process that carries its sound a node takes no calls. */
export function mediaPlaneReadiness(
  { mediaPlaneSocket }: Pick<Settings, 'mediaPlaneSocket'>,
  plane: () => MediaPlane | undefined,
): Record<string, ReadinessCheck> {
  if (mediaPlaneSocket === undefined) return {};
  return {
    mediaPlane: async () => {
      const why = plane()?.whyNot();
      if (why !== undefined) throw new Error(`The media process at ${mediaPlaneSocket} cannot be used: ${why}.`);
    },
  };
}

/** Whether the process that carries the sound can be used. */
export function mediaPlaneMetrics(metrics: Registry, isUp: () => boolean): void {
  new Gauge({
    name: 'hookswitch_media_plane_up',
    help: 'Whether the media process of this node (MEDIA_PLANE_SOCKET) can be used: 1 or 0.',
    registers: [metrics],
    collect() {
      this.set(isUp() ? 1 : 0);
    },
  });
}
