import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '@hookswitch/api/config/settings';
import { systemClock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import {
  type MediaPlaneServer,
  startMediaPlaneServer,
} from '@hookswitch/media/drivers/embedded/media-plane/process/media-plane-server';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { eventLoopSampleMs } from './event-loop-sample.js';
import { mediaPlaneSettings } from './media-plane.js';

/** The `media` role: a process that carries the sound of one node, and has nothing to do with MongoDB or Redis. */
export interface MediaRole {
  /** The socket that its node connects to. */
  readonly socket: string;
  /** Where its probes listen, as a URL, where they do. */
  readonly probesUrl: string | undefined;
  /** Opens no leg any more, waits up to `waitMs` for those that are open, closes everything. */
  stop(waitMs: number): Promise<void>;
}

/** Starts it. Rejects with a sentence where it cannot; then nothing is left open. */
export async function startMediaRole(settings: Settings, dataFolder: string, logger: Logger): Promise<MediaRole> {
  const { roles, mediaPlaneSocket: socket, probesHost, probesPort } = settings;
  if (roles.length > 1) throw new Error('The role media stands alone: start it as a process of its own.');
  if (socket === undefined) throw new Error('ROLES is media: set MEDIA_PLANE_SOCKET.');
  const captureFolder = join(dataFolder, 'captures');
  mkdirSync(captureFolder, { recursive: true, mode: 0o700 });
  const server = await startMediaPlaneServer({
    path: socket,
    plane: mediaPlaneSettings(settings),
    orphanMs: settings.mediaOrphanSeconds * 1000,
    captureFolder,
    clock: systemClock,
    logger,
  });
  const probes = probesPort === undefined ? undefined : await startProbes(server, probesHost, probesPort);
  return {
    socket,
    probesUrl: probes?.url,
    async stop(waitMs) {
      await server.drain(waitMs);
      await server.stop();
      await probes?.stop(0);
    },
  };
}

async function startProbes(server: MediaPlaneServer, host: string, port: number) {
  // Loaded where they are wanted: HTTP is half of what the process would hold.
  const { startProbesServer } = await import('@hookswitch/api/http/http-server');
  const { createProbesApp } = await import('@hookswitch/api/http/probes');
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics, eventLoopMonitoringPrecision: eventLoopSampleMs });
  new Gauge({
    name: 'hookswitch_media_open',
    help: 'What is open in the media process; legs without a control (orphans) are closed after MEDIA_ORPHAN_SECONDS.',
    labelNames: ['kind'],
    registers: [metrics],
    collect() {
      const { legs, ports, recordings } = server.gauges();
      const open = { legs, ports, recordings, orphans: server.orphans };
      for (const [kind, count] of Object.entries(open)) this.set({ kind }, count);
    },
  });
  new Gauge({
    name: 'hookswitch_media_controlled',
    help: 'Whether a node controls the media process: 1 or 0.',
    registers: [metrics],
    collect() {
      this.set(server.nodeId === undefined ? 0 : 1);
    },
  });
  const control = async () => {
    if (server.nodeId === undefined) throw new Error('No node controls this media process.');
  };
  try {
    return await startProbesServer(createProbesApp({ metrics, readiness: {}, warnings: { control } }), host, port);
  } catch (error) {
    await server.stop();
    throw error;
  }
}
