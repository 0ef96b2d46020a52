import type { LiveCentreStore, RoutingLease } from '@hookswitch/api/acd/index';
import type { AreaOf } from '@hookswitch/api/areas/index';
import type { AudioDecoder, AudioStore } from '@hookswitch/api/audio/index';
import type { KeptCallStore } from '@hookswitch/api/calls/index';
import type { ConferenceClaims } from '@hookswitch/api/conferences/index';
import type { EventStreams } from '@hookswitch/api/event-streams/index';
import type { CommandChannel, NodeLeases } from '@hookswitch/api/nodes/index';
import type { ObjectStore } from '@hookswitch/api/objects/index';
import type { CalleeHistory } from '@hookswitch/api/outbound-dialling/index';
import type { OutboundHttp } from '@hookswitch/api/outbound-http/index';
import type { Mp3Encoder, RecordingFiles } from '@hookswitch/api/recordings/index';
import type { AudioResolver, Speech } from '@hookswitch/api/scripting/index';
import type { SecretBox } from '@hookswitch/api/secrets/index';
import type { SkillGroupNews } from '@hookswitch/api/skill-groups/index';
import type { WebhookSender } from '@hookswitch/api/webhooks/webhook-sender';
import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { JobQueue } from '@hookswitch/kernel/job-queue';
import type { Logger } from '@hookswitch/kernel/logger';
import type { Random } from '@hookswitch/kernel/random';
import type { MediaPlaneLoad } from '@hookswitch/media/drivers/embedded/media-plane/media-plane';
import type { CallEngine } from '@hookswitch/media/port/call-engine';
import type { MediaRelay } from '@hookswitch/media/port/media-relay';
import type { SipDirectory } from '@hookswitch/media/port/sip-directory';
import type { SipEdge } from '@hookswitch/media/port/sip-edge';
import type { Stores } from './stores.js';

/**
 * Everything outside the product that one process of it stands on. `server-backing.ts` gives the real things, the simulation gives virtual ones; what is composed
 * on top is the same.
 */
export interface Backing {
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: NewId;
  readonly logger: Logger;
  readonly secretBox: SecretBox;
  readonly stores: Stores;
  readonly leases: NodeLeases;
  /** What nodes keep of their calls for their next process. */
  readonly keptCalls: KeptCallStore;
  /** Who works, who waits and who is asked, in every contact centre. */
  readonly liveCentre: LiveCentreStore;
  /** Events for people at work. */
  readonly eventStreams: EventStreams;
  /** Which processes live that clients are connected to. */
  readonly clientLeases: NodeLeases;
  /** Which process routes which account. */
  readonly routingLease: RoutingLease;
  /** Which skill groups were changed. */
  readonly skillGroupNews: SkillGroupNews;
  readonly commands: CommandChannel;
  /** Which node mixes which conference. */
  readonly conferenceClaims: ConferenceClaims;
  readonly jobs: JobQueue;
  readonly objects: ObjectStore;
  readonly outboundHttp: OutboundHttp;
  /** Makes the requests to receivers of webhooks. Default: we do, by `outboundHttp`. */
  readonly webhookSender?: WebhookSender;
  readonly speech: Speech;
  /** Decodes uploads and fetched audio. */
  readonly audioDecoder: AudioDecoder;
  /** When numbers were called. */
  readonly calleeHistory: CalleeHistory;
  /** Where numbers are from. */
  readonly areaOf: AreaOf;
  /** Turns what scripts play into sound. */
  createAudioResolver(audio: AudioStore): AudioResolver;
  readonly mp3: Mp3Encoder | undefined;
  /** Where live recordings are captured; workers see the same folder. */
  readonly captureDirectory: string;
  /** Reads and removes what lies there. */
  readonly recordingFiles: RecordingFiles;
  /** Makes a folder below it. */
  makeCaptureFolder(path: string): Promise<unknown>;
  /** Makes the engine of a process with the `calls` role. */
  createEngine(directory: SipDirectory, nodeId: string): CallEngine;
  /** How the sound of the engine made here keeps up since this was asked last. */
  readonly mediaLoad?: () => Promise<MediaPlaneLoad>;
  /** Whether the process that carries the engine's sound can be used, where one does. */
  readonly mediaPlaneUp?: () => boolean;
  /** What carries media between far ends and the engine, where something does. */
  readonly mediaRelay?: MediaRelay;
  /** What stands between the world and the nodes, where something does. */
  readonly sipEdge?: SipEdge;
  /** What `/readyz` asks of the outside, by name. Each rejects with a sentence. */
  readonly readiness: Readonly<Record<string, () => Promise<void>>>;
  /** What `/readyz` asks besides: without these the platform works with less. */
  readonly warnings?: Readonly<Record<string, () => Promise<void>>>;
  /** Closes what was opened. After everything composed on top was stopped. */
  close(): Promise<void>;
}
