import type { IncomingCall } from '../../port/call-engine.js';
import { NoCommonCodecError } from '../../port/engine-errors.js';
import type { ExpectedCalls } from '../../port/expected-calls.js';
import type { CallFacts, LiveCall } from '../../port/live-call.js';
import type { SipDirectory } from '../../port/sip-directory.js';
import { identityRefusal } from '../../sip/identity/caller-facts.js';
import { mustEncrypt } from './channel/channel-encryption.js';
import { factsOfChannel, privacyOfChannel, sourceOfChannel } from './channel/channel-facts.js';
import type { EslEvent } from './esl/esl-event.js';
import { type KnownCaller, ownHeaders, readCaller } from './front/own-headers.js';
import { answerChannel } from './leg/answer-channel.js';
import { InboundLeg } from './leg/inbound-leg.js';
import type { LegSurroundings } from './leg/leg-surroundings.js';
import { refuseChannel } from './leg/refuse-channel.js';
import type { SwitchLeg } from './leg/switch-leg.js';
import type { FoundLeg } from './transfer/find-replaced.js';

export interface IncomingCallsParts {
  readonly around: LegSurroundings;
  readonly directory: SipDirectory;
  readonly nodeId: string;
  readonly retryAfterSeconds: number;
  hasRoom(): boolean;
  /** False where nobody listens. */
  offer(call: IncomingCall): boolean;
  adopt(leg: InboundLeg): void;
  /** Calls of other nodes: each is let in by its name, and asked for nothing. */
  readonly expected: ExpectedCalls;
  /** Whose place the INVITE of a channel asks to take, or how it is refused; undefined where it asks for none. */
  replacedBy(event: EslEvent): FoundLeg | undefined;
}

/** The variable by which a channel that came in is known as a node's. */
export const nodeVariable = 'hookswitch_node';

/** Calls that came in and that nobody has accepted or refused yet. */
export class IncomingCalls {
  readonly #parts: IncomingCallsParts;
  readonly #waiting = new Map<string, { ended: EslEvent | undefined }>();

  constructor(parts: IncomingCallsParts) {
    this.#parts = parts;
  }

  /** Their channels. */
  get channelIds(): readonly string[] {
    return [...this.#waiting.keys()];
  }

  /** A channel that came in waits for us. */
  async parked(event: EslEvent): Promise<void> {
    const { around, nodeId, retryAfterSeconds } = this.#parts;
    const channelId = event.channelId!;
    if (this.#waiting.has(channelId)) return;
    const pending = { ended: undefined as EslEvent | undefined };
    this.#waiting.set(channelId, pending);
    around.follow(channelId, (next) => {
      if (next.name === 'CHANNEL_HANGUP_COMPLETE') pending.ended = next;
    });
    void around.api(`uuid_setvar ${channelId} ${nodeVariable} ${nodeId}`).catch(() => undefined);
    if (!this.#parts.hasRoom()) return this.#refuse(channelId, 503, { retryAfterSeconds });
    const expected = this.#parts.expected.take(event.get('variable_sip_req_user') ?? '');
    if (expected) {
      const facts = factsOfChannel(event, { trusted: false });
      return expected.settle(this.#accept(expected.callId, channelId, facts));
    }
    const caller = await this.#callerOf(event).catch((error: unknown) => {
      around.logger.error({ err: error }, 'nobody could be asked who calls');
      return 'unknown' as const;
    });
    if (caller === 'unknown') return this.#refuse(channelId, 503, { retryAfterSeconds });
    if (!caller) return this.#refuse(channelId, 403, {});
    if (!this.#parts.hasRoom()) return this.#refuse(channelId, 503, { retryAfterSeconds });
    if (caller.mustEncrypt) void around.api(`uuid_setvar_multi ${channelId} ${mustEncrypt}`).catch(() => undefined);
    const facts = factsOfChannel(event, caller);
    const refusal = identityRefusal(privacyOfChannel(event), facts.diversions);
    if (refusal !== undefined) return this.#refuse(channelId, refusal, {});
    const replaced = this.#parts.replacedBy(event);
    if (replaced && 'status' in replaced) return this.#refuse(channelId, replaced.status, {});
    const call = this.#call(channelId, caller.source, facts, replaced?.leg);
    if (!this.#parts.offer(call)) this.#refuse(channelId, 480, {});
  }

  /** The front has found out who calls; where there is none, trunks are known by their address. */
  async #callerOf(event: EslEvent): Promise<KnownCaller | undefined> {
    const { around, directory } = this.#parts;
    if (around.front) return readCaller(event.get(`variable_sip_h_${ownHeaders.caller}`));
    const from = sourceOfChannel(event);
    const trunk = await directory.trunkByAddress(from, event.get('variable_sip_req_user') ?? '');
    return trunk && { source: { kind: 'trunk', id: trunk.trunkId }, trusted: trunk.trustsIdentity ?? false, from };
  }

  refuseAll(status: number): void {
    for (const channelId of this.channelIds) this.#refuse(channelId, status, {});
  }

  /** The channel is no more. */
  gone(channelId: string): void {
    this.#waiting.delete(channelId);
    this.#parts.around.unfollow(channelId);
  }

  #call(
    channelId: string,
    source: IncomingCall['source'],
    facts: CallFacts,
    replaces: SwitchLeg | undefined,
  ): IncomingCall {
    let settled = false;
    return {
      source,
      facts,
      ...(replaces ? { replaces } : {}),
      accept: (callId) => {
        if (settled) throw new Error('This call was accepted or refused before.');
        settled = true;
        return this.#accept(callId, channelId, facts);
      },
      refuse: (status, options = {}) => {
        if (settled) return;
        settled = true;
        this.#refuse(channelId, status, options);
      },
      takePlace: async () => {
        if (!replaces || settled) throw new Error('This call takes nobody’s place.');
        settled = true;
        await this.#takePlace(channelId, facts, replaces);
      },
    };
  }

  #accept(callId: string, channelId: string, facts: CallFacts): LiveCall {
    const { around } = this.#parts;
    const pending = this.#waiting.get(channelId);
    this.#waiting.delete(channelId);
    const leg = new InboundLeg({ id: callId, channelId, facts }, around);
    this.#parts.adopt(leg);
    const { ended } = pending ?? { ended: undefined };
    if (!pending)
      around.timers.after(0, () => leg.lost({ result: 'canceled', by: 'remote', reason: 'caller-canceled', sip: 487 }));
    else if (ended) around.timers.after(0, () => leg.handle(ended));
    else around.follow(channelId, (event) => leg.handle(event));
    return leg;
  }

  async #takePlace(channelId: string, facts: CallFacts, leg: SwitchLeg): Promise<void> {
    const { around } = this.#parts;
    const pending = this.#waiting.get(channelId);
    this.#waiting.delete(channelId);
    if (leg.status === 'ended') return this.#refuse(channelId, 603, {});
    const answered = pending && !pending.ended ? await answerChannel(around, channelId) : undefined;
    if (!answered) throw new NoCommonCodecError([]);
    if (isOver(leg)) {
      around.unfollow(channelId);
      await around.api(`uuid_kill ${channelId}`);
    } else leg.takeChannel(answered, facts);
  }

  #refuse(channelId: string, status: number, options: Parameters<IncomingCall['refuse']>[1] & object): void {
    this.#waiting.delete(channelId);
    this.#parts.around.unfollow(channelId);
    refuseChannel(this.#parts.around, channelId, status, options);
  }
}

/** It may have ended while the other was answered. */
function isOver({ status }: SwitchLeg): boolean {
  return status === 'ended';
}
