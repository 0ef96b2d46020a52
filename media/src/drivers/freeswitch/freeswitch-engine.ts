import { isIP } from 'node:net';
import { Emitter, type Listenable } from '@hookswitch/kernel/emitter';
import type { TargetNamer } from '../../port/address-policy.js';
import type {
  CallEngine,
  Connection,
  DialRequest,
  EngineAddresses,
  EngineEvents,
  EngineGauges,
  EngineRefusals,
  ExpectedCall,
  OutboundRegistration,
} from '../../port/call-engine.js';
import { ConditionWait } from '../../port/condition-wait.js';
import type { Conference, ConferenceOptions } from '../../port/conference.js';
import { Conferences } from '../../port/conferences.js';
import { ExpectedCalls } from '../../port/expected-calls.js';
import type { LegSnapshot, RestoredLeg } from '../../port/leg-snapshot.js';
import type { LiveCall } from '../../port/live-call.js';
import { TimerSet } from '../../port/timer-set.js';
import type { NamedLeg } from '../../port/transfer.js';
import { dialogKey } from '../../sip/dialogs/dialog.js';
import { dialFacts } from '../../sip/identity/dial-facts.js';
import { parseUri } from '../../sip/parse/uri.js';
import { EndedDialogs } from '../../sip/transfer/ended-dialogs.js';
import { keysOfReplaces, type Replaces } from '../../sip/transfer/replaces.js';
import { ChannelIds } from './channel/channel-ids.js';
import type { EslEvent } from './esl/esl-event.js';
import { defaultEslTiming, EslLink } from './esl/esl-link.js';
import { SwitchCommands } from './esl/switch-commands.js';
import type { FreeSwitchSettings } from './freeswitch-settings.js';
import { LegFrontDesk } from './front/front-desk.js';
import { ownHeaders } from './front/own-headers.js';
import { SipFront } from './front/sip-front.js';
import { IncomingCalls } from './incoming-calls.js';
import { type LegDialog, letGo } from './leg/leg-dialog.js';
import type { LegSurroundings } from './leg/leg-surroundings.js';
import { OutboundLeg } from './leg/outbound-leg.js';
import { restoreLegs } from './leg/restore-legs.js';
import { SwitchLeg } from './leg/switch-leg.js';
import { Resync } from './resync.js';
import { Switchboard } from './room/switchboard.js';
import { SoundFiles } from './sound/sound-files.js';
import { type FoundLeg, findNamed, findReplaced } from './transfer/find-replaced.js';

/** What is listened to. */
const eventNames = [
  'CHANNEL_CREATE',
  'CHANNEL_PROGRESS',
  'CHANNEL_PROGRESS_MEDIA',
  'CHANNEL_ANSWER',
  'CHANNEL_PARK',
  'CHANNEL_BRIDGE',
  'CHANNEL_HOLD',
  'CHANNEL_UNHOLD',
  'CHANNEL_EXECUTE',
  'CHANNEL_EXECUTE_COMPLETE',
  'CHANNEL_HANGUP_COMPLETE',
  'PLAYBACK_START',
  'RECORD_STOP',
  'DTMF',
  'BACKGROUND_JOB',
  'CUSTOM conference::maintenance',
  'sofia::notify_refer',
];

/** Sounds that lie in the shared folder for so long are of another life, milliseconds. */
const oldSoundMs = 86_400_000;

/** Calls on a FreeSWITCH that is commanded over its event socket. It routes what happens to whom it concerns; the work is done in the files beside it. */
export class FreeSwitchEngine implements CallEngine {
  readonly #settings: FreeSwitchSettings;
  readonly #events: Emitter<EngineEvents>;
  readonly #timers: TimerSet;
  readonly #link: EslLink;
  readonly #around: LegSurroundings;
  readonly #files: SoundFiles;
  readonly #incoming: IncomingCalls;
  readonly #switchboard: Switchboard<SwitchLeg>;
  readonly #conferences: Conferences<SwitchLeg>;
  readonly #resync: Resync;
  readonly #desk: LegFrontDesk;
  readonly #front: SipFront | undefined;
  readonly #endedDialogs = new EndedDialogs();
  /** Calls of other nodes. */
  readonly #expected: ExpectedCalls;
  readonly #legs = new Set<SwitchLeg>();
  readonly #followers = new Map<string, (event: EslEvent) => void>();
  /** Dialogs of a former process that FreeSWITCH was restarted without. */
  readonly #lost: LegDialog[] = [];
  readonly #wait: ConditionWait;
  #compared: Promise<void> = Promise.resolve();
  readonly #commands = new SwitchCommands();
  #targetsDenied = 0;
  #state: 'new' | 'up' | 'stopping' | 'stopped' = 'new';
  #lastId = 0;
  #cancelLost: (() => void) | undefined;

  constructor(settings: FreeSwitchSettings) {
    this.#settings = settings;
    const { logger, clock, nodeId } = settings;
    const onListenerError = (error: unknown, event: string) =>
      logger.error({ err: error, event }, 'a listener of the engine failed');
    this.#events = new Emitter(onListenerError);
    this.#timers = new TimerSet(clock);
    this.#wait = new ConditionWait(this.#timers, () => clock.now());
    this.#link = new EslLink({
      address: settings.address,
      password: settings.password,
      open: settings.open,
      events: eventNames,
      clock,
      logger,
      timing: { ...defaultEslTiming, ...settings.timing },
    });
    this.#files = new SoundFiles(settings.folder);
    const { front } = settings;
    this.#expected = new ExpectedCalls(settings.random, this.#timers);
    this.#desk = new LegFrontDesk(settings, {
      legs: () => this.#living,
      isExpected: (user) => this.#state === 'up' && this.#expected.has(user),
      bindingChanged: (change) => this.#events.emit('binding', change),
    });
    this.#front = front && new SipFront({ ...front, clock, logger }, this.#desk);
    const ids = new ChannelIds(nodeId, settings.random);
    this.#around = this.#surroundings(ids);
    this.#switchboard = new Switchboard({
      // Conferences of a former process may be up still: ours have other names.
      prefix: `hw-${nodeId.replace(/[^\w-]/g, '_')}-${Buffer.from(settings.random.bytes(4)).toString('hex')}`,
      timers: this.#timers,
      logger,
      api: (command) => this.#api(command),
    });
    this.#conferences = new Conferences({
      own: (call) => this.#own(call),
      hear: (room, listening) => this.#switchboard.hear(room, listening),
      holdMusic: (leg, music) => leg.player.setMusic(music),
      hasSound: (leg) => leg.hasSound,
      onListenerError,
    });
    this.#incoming = new IncomingCalls({
      around: this.#around,
      directory: settings.directory,
      nodeId,
      retryAfterSeconds: settings.retryAfterSeconds ?? 5,
      hasRoom: () => this.#hasRoom,
      offer: (call) => {
        if (this.#events.listenerCount('incoming') === 0) return false;
        this.#events.emit('incoming', call);
        return true;
      },
      adopt: (leg) => void this.#legs.add(leg),
      expected: this.#expected,
      replacedBy: (event) => this.#replacedBy(event),
    });
    this.#resync = new Resync({
      api: (command) => this.#link.api(command),
      clock,
      logger,
      nodeId,
      ids,
      legs: () => this.#living,
      incoming: this.#incoming,
      isKnown: (id) => this.#followers.has(id),
      relearn: (bridges, conferences) => this.#switchboard.relearn(bridges, conferences),
    });
    this.#link.events.on('event', (event) => this.#route(event));
    this.#link.events.on('up', () => this.#up());
    this.#link.events.on('down', () => this.#down());
  }

  get events(): Listenable<EngineEvents> {
    return this.#events;
  }

  /** Calls live in FreeSWITCH, and go on there: it is asked which are up still. */
  async restore(snapshots: readonly LegSnapshot[]): Promise<readonly RestoredLeg[]> {
    await this.#link.start();
    const { clock, logger } = this.#settings;
    const api = (command: string) => this.#link.api(command);
    const { legs, lost } = await restoreLegs(snapshots, { around: this.#around, api, now: () => clock.now(), logger });
    for (const leg of legs) this.#legs.add(leg);
    this.#lost.push(...lost);
    return legs.map((call) => ({ call, recordings: call.recordings }));
  }

  async start(): Promise<EngineAddresses> {
    this.#state = 'up';
    await this.#front?.start();
    for (const dialog of this.#lost.splice(0)) letGo(dialog, this.#around);
    if (this.#link.isUp) {
      for (const leg of this.#legs) leg.takeUp();
      this.#up();
    } else await this.#link.start();
    await this.#compared;
    await this.#files.removeOlder(this.#settings.clock.now() - oldSoundMs);
    const { sipAddress, address } = this.#settings;
    return { sip: this.#front?.addresses ?? [sipAddress ?? `freeswitch:${address}`] };
  }

  async stop(drainMs: number): Promise<void> {
    if (this.#state === 'stopping' || this.#state === 'stopped') return;
    this.#state = 'stopping';
    this.#expected.close();
    this.#incoming.refuseAll(503);
    if (drainMs > 0) await this.#wait.until(() => this.#legs.size === 0, drainMs);
    for (const leg of [...this.#legs]) leg.hangUp({ by: 'system', reason: 'shutdown' });
    await this.#wait.until(() => this.#legs.size === 0);
    this.#state = 'stopped';
    this.#commands.close();
    this.#conferences.endAll();
    // What was commanded last is to arrive.
    await this.#wait.until(() => this.#link.pending === 0, 1000);
    // What FreeSWITCH sent before it answers this has come to the front by then.
    if (this.#front && this.#link.isUp) await this.#link.api('echo bye').catch(() => undefined);
    this.#link.stop();
    await this.#front?.stop();
    this.#desk.close();
    this.#timers.cancelAll();
  }

  dial(request: DialRequest): LiveCall {
    const leg = new OutboundLeg({ facts: dialFacts(request, this.#around.newId()), request }, this.#around);
    const isFull = this.#isFull;
    this.#legs.add(leg);
    const fails = (reason: 'shutdown' | 'overload' | 'network-error' | 'no-encryption') =>
      void this.#timers.after(0, () => leg.hangUp({ result: 'failed', by: 'system', reason }));
    if (this.#state !== 'up') fails('shutdown');
    else if (isFull) fails('overload');
    // Its offer needs the front to be understood.
    else if (request.target.mediaEncryption === 'dtls' && !this.#front) fails('no-encryption');
    else if (!this.#link.isUp) fails('network-error');
    else queueMicrotask(() => void leg.start());
    return leg;
  }

  connect(a: LiveCall, b: LiveCall): Connection {
    return this.#conferences.connect(a, b);
  }

  expect(callId: string, forMs: number): ExpectedCall {
    return this.#expected.expect(callId, forMs);
  }

  conference(options?: ConferenceOptions): Conference {
    return this.#conferences.open(options);
  }

  legNamed(replaces: string): NamedLeg {
    return findNamed(replaces, [...this.#legs], (dialog) => this.#hasEnded(dialog));
  }

  calls(): readonly LiveCall[] {
    return this.#living;
  }

  get #living(): readonly SwitchLeg[] {
    return [...this.#legs].filter((leg) => leg.status !== 'ended');
  }

  /** A gateway of FreeSWITCH is a file on its machine: each is told to have failed, so that nobody waits for calls. */
  setRegistrations(registrations: readonly OutboundRegistration[]): void {
    const detail = 'FreeSWITCH is not asked to register anywhere: let a node of the embedded engine do that.';
    for (const { trunkId } of registrations) this.#events.emit('registration', { trunkId, state: 'failed', detail });
  }

  refusals(): EngineRefusals {
    return { 'source-rate': 0, 'strangers-rate': 0, 'challenged-unseen': 0, 'target-denied': this.#targetsDenied };
  }

  gauges(): EngineGauges {
    const legs = [...this.#legs];
    return {
      calls: legs.length,
      dialogs: this.#followers.size,
      transactions: 0,
      mediaPorts: legs.filter((leg) => leg.hasSound).length,
      timers: this.#timers.size,
      recordings: legs.reduce((sum, leg) => sum + leg.openRecordings, 0),
      conferences: this.#conferences.size,
    };
  }

  get #hasRoom(): boolean {
    return this.#state === 'up' && !this.#isFull;
  }

  get #isFull(): boolean {
    return this.#legs.size >= (this.#settings.maxCalls ?? 4_000);
  }

  #route(event: EslEvent): void {
    if (this.#state === 'new') return;
    const id = event.name === 'BACKGROUND_JOB' ? event.get('Job-UUID') : event.channelId;
    const follower = id === undefined ? undefined : this.#followers.get(id);
    this.#switchboard.handle(event);
    if (follower) follower(event);
    else if (event.name === 'CHANNEL_PARK' && event.get('Call-Direction') === 'inbound') this.#parked(event);
  }

  #parked(event: EslEvent): void {
    // Parked again after it was given up, or another's.
    if (event.get('Answer-State') === 'answered' || event.get('Answer-State') === 'hangup') return;
    void this.#incoming.parked(event);
  }

  #up(): void {
    this.#cancelLost?.();
    // Before the start legs are only looked for; what they are is compared then.
    if (this.#state !== 'new') this.#compared = this.#compare();
  }

  async #compare(): Promise<void> {
    try {
      await this.#resync.run();
      if (this.#link.isUp) this.#commands.ready();
    } catch (error) {
      this.#settings.logger.error({ err: error }, 'the calls of FreeSWITCH could not be compared with ours');
      // As long as they differ unknown to us nothing should be built on them: another connection tries again.
      if (this.#state === 'up') this.#link.drop();
    }
  }

  /** Runs an API command; again where its answer was lost with the connection, but for digits: those would be sent twice. */
  #api(command: string): Promise<string> {
    const run = () => this.#link.api(command);
    return command.startsWith('uuid_send_dtmf') ? this.#commands.whenReady(run) : this.#commands.repeatable(run);
  }

  /** Calls go on without us for a while; what cannot be commanded for long is given up. */
  #down(): void {
    this.#commands.away();
    this.#resync.away();
    this.#cancelLost = this.#timers.after(this.#settings.lostAfterMs ?? 30_000, () => {
      for (const leg of this.calls()) leg.hangUp({ by: 'system', reason: 'media-lost' });
      this.#commands.giveUp();
    });
  }

  #surroundings(ids: ChannelIds): LegSurroundings {
    const {
      logger,
      directory,
      folder,
      profile = 'internal',
      mediaLossMs = 30_000,
      sipAddress,
      address,
    } = this.#settings;
    return {
      timers: this.#timers,
      logger,
      directory,
      files: this.#files,
      folder,
      profile,
      host: parseUri(`sip:${(sipAddress ?? address).replace(/^[a-z]+:/, '')}`).host,
      mediaLossMs,
      api: (command) => this.#api(command),
      bgapi: (command, jobId) => this.#commands.whenReady(() => this.#link.bgapi(command, jobId)),
      execute: (channelId, app, arg, eventId) =>
        this.#commands.whenReady(() => this.#link.execute(channelId, app, arg, eventId)),
      newChannelId: () => ids.next(),
      newId: () => this.#newId(),
      keepsSnapshots: this.#settings.snapshots ?? false,
      legs: () => this.#living,
      front: this.#front,
      notify: (channelId, event, body) => this.#notify(channelId, event, body),
      targetRefusal: (host, namedBy) => this.#targetRefusal(host, namedBy),
      follow: (id, hear) => void this.#followers.set(id, hear),
      unfollow: (id) => void this.#followers.delete(id),
      plugged: (leg) => this.#switchboard.plugged(leg),
      found: (leg) => this.#switchboard.found(leg),
      unplugged: (leg) => this.#switchboard.unplugged(leg),
      passDigit: (leg, digit) => this.#passDigit(leg, digit),
      ended: (leg) => this.#conferences.legEnded(leg),
      over: (leg) => this.#legOver(leg),
    };
  }

  #notify(channelId: string, event: string, body: string): Promise<void> {
    const headers = { uuid: channelId, 'event-string': event, 'content-type': 'message/sipfrag;version=2.0' };
    return this.#link.sendEvent('NOTIFY', Object.entries(headers), body);
  }

  #replacedBy(event: EslEvent): FoundLeg | undefined {
    const value = event.get(`variable_sip_h_${ownHeaders.replaces}`);
    return findReplaced(value, [...this.#legs], (dialog) => this.#hasEnded(dialog));
  }

  #hasEnded(dialog: Replaces): boolean {
    return keysOfReplaces(dialog).some((key) => this.#endedDialogs.has(key, this.#settings.clock.now()));
  }

  #newId(): string {
    this.#lastId += 1;
    return `${Buffer.from(this.#settings.random.bytes(8)).toString('hex')}-${this.#lastId}`;
  }

  #targetRefusal(host: string, namedBy: TargetNamer): string | undefined {
    const refusal = isIP(host) ? this.#settings.addressPolicy?.refusal(host, namedBy) : undefined;
    if (refusal !== undefined) this.#targetsDenied += 1;
    return refusal;
  }

  /** The ends of a bridge get each other's keys from FreeSWITCH, everybody else from us. */
  #passDigit(leg: SwitchLeg, digit: string): void {
    for (const listener of this.#conferences.audienceOf(leg)) {
      if (!this.#switchboard.areBridged(leg, listener)) void listener.sendDigits(digit);
    }
  }

  #legOver(leg: SwitchLeg): void {
    this.#legs.delete(leg);
    const { dialog } = leg;
    if (dialog)
      this.#endedDialogs.add(dialogKey(dialog.callId, dialog.localTag, dialog.remoteTag), this.#settings.clock.now());
    for (const channelId of leg.followed) this.#followers.delete(channelId);
    this.#wait.look();
  }

  #own(call: LiveCall): SwitchLeg {
    if (!(call instanceof SwitchLeg)) throw new TypeError('That leg belongs to another engine.');
    return call;
  }
}
