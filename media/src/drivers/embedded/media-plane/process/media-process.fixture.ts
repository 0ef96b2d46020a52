import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@hookswitch/kernel/clock';
import { silentLogger } from '@hookswitch/kernel/logger';
import { connectUnixSocket, type SocketConnection } from '../../../../net/unix-socket.js';
import type { MediaPlane, MediaPlaneSettings } from '../media-plane.js';
import { startMediaPlaneServer } from './media-plane-server.js';
import { createProcessMediaPlane, type ProcessMediaPlane } from './process-media-plane.js';

/** One control of a media process, in this process. */
export interface ProcessControl {
  readonly plane: MediaPlane;
  readonly link: ProcessMediaPlane;
  /** As if its process were killed: its connection closes, and it hears nothing of that. */
  abandon(): void;
  /** Bytes that it sent. */
  readonly sentBytes: number;
}

/** A media process for tests: a child that can be killed. */
export class MediaProcess {
  readonly path: string;
  readonly #folder: string;
  readonly #settings: Partial<MediaPlaneSettings>;
  readonly #orphanMs: number;
  #child!: ChildProcess;
  #replaced = 0;

  private constructor(folder: string, settings: Partial<MediaPlaneSettings>, orphanMs: number) {
    this.#folder = folder;
    this.path = join(folder, 'media.sock');
    this.#settings = settings;
    this.#orphanMs = orphanMs;
  }

  /** `folder`: where its socket is, and recordings may be. */
  static async start(folder: string, settings: Partial<MediaPlaneSettings>, orphanMs: number): Promise<MediaProcess> {
    const media = new MediaProcess(folder, settings, orphanMs);
    await media.startAgain();
    return media;
  }

  get replaced(): number {
    return this.#replaced;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  async startAgain(): Promise<void> {
    const { path } = this;
    const start = { path, plane: this.#settings, orphanMs: this.#orphanMs, captureFolder: this.#folder };
    this.#child = fork(fileURLToPath(import.meta.url), [JSON.stringify(start)], { stdio: 'inherit' });
    await once(this.#child, 'message');
  }

  /** Whether it has a control. */
  async isControlled(): Promise<boolean> {
    const answer = once(this.#child, 'message');
    this.#child.send('controlled?');
    return ((await answer) as [boolean])[0];
  }

  control(nodeId = 'node'): ProcessControl {
    let alive = true;
    let connection: SocketConnection | undefined;
    let sentBytes = 0;
    const link = createProcessMediaPlane({
      path: this.path,
      nodeId,
      clock: { ...systemClock, after: (ms, action) => systemClock.after(ms, () => alive && action()) },
      logger: silentLogger,
      onReplaced: () => {
        this.#replaced++;
      },
      connect: (path, listener) => {
        const opened = connectUnixSocket(path, {
          bytes: (bytes) => alive && listener.bytes(bytes),
          closed: (why) => alive && listener.closed(why),
        });
        connection = opened;
        return {
          send(bytes) {
            sentBytes += bytes.length;
            opened.send(bytes);
          },
          waiting: 0,
          close: (...how) => opened.close(...how),
        };
      },
    });
    return {
      plane: link.plane,
      link,
      get sentBytes() {
        return sentBytes;
      },
      abandon() {
        alive = false;
        connection?.close('abandoned');
      },
    };
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  stop(): Promise<void> {
    return this.kill();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.send) {
  const server = await startMediaPlaneServer({
    ...(JSON.parse(process.argv[2]!) as { path: string; plane: object; orphanMs: number; captureFolder: string }),
    clock: systemClock,
    logger: silentLogger,
  });
  process.send('up');
  process.on('message', () => process.send?.(server.nodeId !== undefined));
  // Tests that die take it with them.
  process.on('disconnect', () => process.exit(0));
}
