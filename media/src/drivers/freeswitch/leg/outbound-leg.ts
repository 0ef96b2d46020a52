import type { DialRequest } from '../../../port/call-engine.js';
import type { CallFacts } from '../../../port/live-call.js';
import { isDemanded, type MediaEncryption } from '../../../port/media-encryption.js';
import type { Termination } from '../../../port/termination.js';
import { bestFailure } from '../../../port/termination-from-sip.js';
import { parseUri } from '../../../sip/parse/uri.js';
import { encryptionOfChannel, isInTheClear } from '../channel/channel-encryption.js';
import { lostTermination } from '../channel/lost-termination.js';
import { type ChannelHangup, isWayBlocked, terminationFromHangup } from '../channel/termination-from-cause.js';
import type { EslEvent } from '../esl/esl-event.js';
import { DialBranch } from './dial-branch.js';
import { originateCommand, type Way, waysTo, wayToBinding } from './dial-string.js';
import type { LegSurroundings } from './leg-surroundings.js';
import { SwitchLeg } from './switch-leg.js';

/** The far end described its sound in the clear although it must be encrypted. */
const inTheClear: Termination = { result: 'failed', by: 'system', reason: 'no-encryption', sip: 488 };

/** A call that goes out: proxies in order, the phones of an endpoint all at once. The first answer has it. */
export class OutboundLeg extends SwitchLeg {
  readonly direction = 'outbound';
  readonly #request: DialRequest;
  readonly #branches = new Set<DialBranch>();
  readonly #failures: Termination[] = [];
  #ways: Way[] = [];
  #isOneWay = false;
  #winner: DialBranch | undefined;
  /** Another channel has the leg: what becomes of its branches is nothing to it. */
  #replaced = false;

  constructor(init: { facts: CallFacts; request: DialRequest }, around: LegSurroundings) {
    super({ id: init.request.callId, facts: init.facts, status: 'dialing' }, around);
    this.#request = init.request;
  }

  protected get ownChannelId(): string | undefined {
    return this.#winner?.channelId ?? (this.#isOneWay ? [...this.#branches].at(-1)?.channelId : undefined);
  }

  protected get ownChannels(): readonly string[] {
    return [...this.#branches].map(({ channelId }) => channelId);
  }

  protected ownChannelLost(channelId: string, restarted: boolean): void {
    const branch = [...this.#branches].find((each) => each.channelId === channelId);
    if (branch && branch === this.#winner) {
      branch.close();
      this.#branches.delete(branch);
      this.lost(lostTermination(restarted));
    } else branch?.gone({ cause: 'NETWORK_OUT_OF_ORDER', direction: 'outbound', answered: false });
  }

  override resynced(dump: EslEvent): void {
    super.resynced(dump);
    const branch = [...this.#branches].find((each) => each.channelId === dump.channelId);
    if (!branch) return;
    const state = dump.get('Answer-State');
    if (state === 'early') this.#heard(branch, { ...dump, name: 'CHANNEL_PROGRESS_MEDIA' });
    if (state === 'answered') this.#heard(branch, { ...dump, name: 'CHANNEL_ANSWER' });
    if (dump.get('variable_current_application') === 'park') this.#heard(branch, { ...dump, name: 'CHANNEL_PARK' });
  }

  get #encryption(): MediaEncryption {
    return this.#request.target.mediaEncryption ?? 'none';
  }

  ring(): void {}

  async earlyMedia(): Promise<void> {}

  async answer(): Promise<void> {}

  reject(): void {}

  /** Sets out. The leg may have been hung up already. */
  async start(): Promise<void> {
    const { target, ringTimeoutMs } = this.#request;
    if (this.status === 'ended') return;
    this.timers.after(ringTimeoutMs, () => {
      if (this.status !== 'answered') this.hangUp({ result: 'no-answer', by: 'system', reason: 'ring-timeout' });
    });
    try {
      if (target.kind === 'endpoint') await this.#ringPhones(target.endpointId);
      else {
        this.#isOneWay = true;
        this.#ways = [...waysTo(target.uri, target.proxies)];
        this.#tryNext();
      }
    } catch (error) {
      this.around.logger.error({ err: error, callId: this.id }, 'a call could not be dialled');
      this.finish({ result: 'failed', by: 'system', reason: 'internal-error' });
    }
  }

  protected endOwnChannels({ reason }: Termination): void {
    const cause = reason === 'ring-timeout' ? 'NO_ANSWER' : 'ORIGINATOR_CANCEL';
    for (const branch of this.#branches) branch.giveUp(cause);
  }

  protected leaveOwnChannels(): () => void {
    this.#replaced = true;
    return () => {
      for (const branch of this.#branches) branch.giveUp(branch === this.#winner ? '' : 'LOSE_RACE');
    };
  }

  async #ringPhones(endpointId: string): Promise<void> {
    const bindings = await this.around.directory.bindings(endpointId);
    if (this.status === 'ended') return;
    if (bindings.length === 0) return this.finish({ result: 'failed', by: 'system', reason: 'not-registered' });
    this.#isOneWay = bindings.length === 1;
    for (const binding of bindings) this.#branch(wayToBinding(binding));
  }

  #tryNext(): void {
    const way = this.#ways.shift();
    if (way) this.#branch(way);
    else this.finish(bestFailure(this.#failures.slice(-1)));
  }

  #branch(way: Way) {
    const { target } = this.#request;
    const namedBy = (target.kind === 'sip' ? target.namedBy : undefined) ?? 'anybody';
    const refusal =
      target.kind === 'sip' ? this.around.targetRefusal(parseUri(way.through ?? way.uri).host, namedBy) : undefined;
    if (refusal !== undefined) {
      this.around.logger.warn({ callId: this.id, refusal }, 'a call was not sent: its target is not allowed');
      return this.#failed({ result: 'failed', by: 'system', reason: 'network-error' }, true);
    }
    const channelId = this.around.newChannelId();
    const branch = new DialBranch(channelId, this.around, {
      heard: (from, event) => this.#heard(from, event),
      over: (from, hangup, event) => this.#branchOver(from, hangup, event),
    });
    this.#branches.add(branch);
    this.emitter.emit('signalling', { sent: true, line: 'INVITE' });
    branch.start(
      originateCommand(this.around.profile, way, {
        channelId,
        request: this.#request,
        mediaLossMs: this.around.mediaLossMs,
        keepsKeys: this.around.keepsSnapshots,
        withEarlyMedia: this.#isOneWay,
        host: this.around.host,
        front: this.around.front,
      }),
    );
  }

  #heard(branch: DialBranch, event: EslEvent): void {
    if (this.#replaced) return;
    if (this.status === 'ended') {
      if (branch === this.#winner) this.handle(event);
      return;
    }
    if (this.#winner && branch !== this.#winner) {
      // It answered although it lost.
      if (event.name === 'CHANNEL_ANSWER') branch.giveUp('LOSE_RACE');
      return;
    }
    switch (event.name) {
      case 'CHANNEL_PROGRESS':
        this.learnDialog(event);
        this.emitter.emit('signalling', { sent: false, line: '180 Ringing' });
        if (this.advance('ring')) this.emitter.emit('ringing');
        break;
      case 'CHANNEL_PROGRESS_MEDIA':
        if (!this.#isOneWay) break;
        this.emitter.emit('signalling', { sent: false, line: '183 Session Progress' });
        if (this.advance('ring')) this.emitter.emit('earlyMedia');
        break;
      case 'CHANNEL_ANSWER':
        if (this.status !== 'answered') this.#wins(branch, event);
        break;
      case 'CHANNEL_PARK':
        this.plugIn(branch.channelId);
        break;
      default:
    }
    if (this.#isOneWay || branch === this.#winner) this.handle(event);
  }

  #wins(branch: DialBranch, event: EslEvent): void {
    if (isDemanded(this.#encryption) && encryptionOfChannel(event) === 'none') {
      this.hangUp(inTheClear);
      return;
    }
    this.#winner = branch;
    for (const other of this.#branches) if (other !== branch) other.giveUp('LOSE_RACE');
    const sipCallId = event.get('variable_sip_call_id');
    if (sipCallId !== undefined) this.learn({ sipCallId });
    this.emitter.emit('signalling', { sent: false, line: '200 OK' });
    this.answered(event);
  }

  #branchOver(branch: DialBranch, hangup: ChannelHangup, event: EslEvent | undefined): void {
    this.#branches.delete(branch);
    if (this.#replaced) return;
    if (this.status === 'ended') {
      if (branch === this.#winner || this.#branches.size === 0) this.channelEnded(event);
      return;
    }
    if (branch === this.#winner) {
      this.channelEnded(event);
      this.emitter.emit('signalling', { sent: false, line: 'BYE' });
      this.finish(terminationFromHangup({ ...hangup, answered: true }));
    } else if (this.#winner) return;
    else if (event && isInTheClear(event, this.#encryption)) this.#failed(inTheClear, false);
    else this.#failed(terminationFromHangup(hangup), isWayBlocked(hangup));
  }

  #failed(termination: Termination, wayBlocked: boolean): void {
    this.#failures.push(termination);
    if (termination.sip !== undefined) this.emitter.emit('signalling', { sent: false, line: `${termination.sip}` });
    if (this.#ways.length > 0 && wayBlocked) this.#tryNext();
    else if (this.#branches.size === 0) this.finish(bestFailure(this.#isOneWay ? [termination] : this.#failures));
  }
}
