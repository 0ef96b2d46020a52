import type { Logger } from '@hookswitch/kernel/logger';
import type { EngineEvents } from '../../../port/call-engine.js';
import { isDemanded } from '../../../port/media-encryption.js';
import { DigestVerifier } from '../../../sip/auth/digest-verifier.js';
import type { Flow } from '../../../sip/flow.js';
import { SourceIdentifier } from '../../../sip/identity/source-identifier.js';
import type { SipRequest } from '../../../sip/parse/message.js';
import { type ReceivedRegister, RegistrarDesk } from '../../../sip/registrar/registrar-desk.js';
import { encryptionOf } from '../../../sip/sdp/sound-encryption.js';
import type { FreeSwitchSettings } from '../freeswitch-settings.js';
import type { SwitchLeg } from '../leg/switch-leg.js';
import type { Admission } from './admissions.js';
import type { HeldRequest } from './own-answers.js';
import type { FrontDesk } from './sip-front.js';

/** How long a nonce of ours is good, milliseconds. */
const nonceLifetimeMs = 300_000;

/** What the desk asks its engine. */
export interface EngineOfDesk {
  /** Every leg that lives. */
  legs(): readonly SwitchLeg[];
  /** Whether another node was told to dial that name. */
  isExpected(user: string): boolean;
  bindingChanged(change: EngineEvents['binding'][0]): void;
}

type FrontDeskSettings = Pick<FreeSwitchSettings, 'directory' | 'random' | 'clock' | 'front' | 'logger' | 'nodeId'>;
type Register = ReceivedRegister & Pick<HeldRequest, 'answer'>;

/** Decides for the front: who calls and registers, by address or digest, and which leg a request within a call is for. */
export class LegFrontDesk implements FrontDesk {
  readonly #identifier: SourceIdentifier;
  readonly #now: () => number;
  readonly #logger: Logger;
  readonly #engine: EngineOfDesk;
  readonly #registrar: RegistrarDesk<Register>;

  constructor({ directory, random, clock, front, logger, nodeId }: FrontDeskSettings, engine: EngineOfDesk) {
    this.#engine = engine;
    this.#now = () => clock.now();
    this.#logger = logger;
    this.#identifier = new SourceIdentifier({
      directory,
      verifier: new DigestVerifier({
        secret: Buffer.from(random.bytes(32)),
        nonceLifetimeMs,
        replayCapacity: 100_000,
        random,
      }),
      decoySecret: front?.decoySecret ?? Buffer.from(random.bytes(32)),
      mayLookUp: () => true,
    });
    this.#registrar = new RegistrarDesk<Register>({
      answer: ({ answer }, status, headers) => answer(status, { headers }),
      now: this.#now,
      logger,
      directory,
      identifier: this.#identifier,
      nodeId,
      clock,
      trust: () => undefined,
      cameBack: () => undefined,
      onChange: (change) => engine.bindingChanged(change),
    });
  }

  async identify(request: SipRequest, flow: Flow): Promise<Admission> {
    if (this.#engine.isExpected(userOf(request))) return { kind: 'expected' };
    const found = await this.#identifier.identifyCaller(request, flow, this.#now());
    if (found.kind === 'challenge') return { kind: 'refused', status: found.status, headers: found.headers };
    if (found.kind !== 'known' || !isDemanded(found.user?.mediaEncryption ?? 'none')) return found;
    if (isEncrypted(request.sdp)) return { ...found, mustEncrypt: true };
    const warning = `399 ${flow.localAddress} "Encrypted media (SRTP) is required"`;
    this.#logger.info({ source: found.source }, 'A call was refused: its media must be encrypted, and is not.');
    return { kind: 'refused', status: 488, headers: [['Warning', warning]] };
  }

  registered({ request, answer }: HeldRequest, flow: Flow): void {
    this.#registrar.handle({ request, flow, answer });
  }

  connectionClosed(connectionId: string): void {
    this.#registrar.connectionClosed(connectionId);
  }

  /** Nothing is told any more of registrations that expire. */
  close(): void {
    this.#registrar.close();
  }

  referred(refer: HeldRequest): void {
    const leg = this.#legWith(refer.request.callId);
    if (leg) leg.referred.received(refer).catch(() => refer.answer(500));
    else refer.answer(481);
  }

  updated(callId: string, held: boolean): void {
    this.#legWith(callId)?.heldByUpdate(held);
  }

  answered(callId: string, tag: string): void {
    this.#legWith(callId)?.taggedAs(tag);
  }

  notified(callId: string): void {
    this.#legWith(callId)?.referred.answered();
  }

  #legWith(callId: string): SwitchLeg | undefined {
    return this.#engine.legs().find(({ dialog, facts }) => (dialog?.callId ?? facts.sipCallId) === callId);
  }
}

/** Whether an offer is encrypted. None is not: FreeSWITCH would have to make one before it is told that it must. */
function isEncrypted(offer: string | undefined): boolean {
  try {
    return offer !== undefined && encryptionOf(offer) !== 'none';
  } catch {
    return false;
  }
}

/** What a request dials; '' where that cannot be read. */
function userOf(request: SipRequest): string {
  try {
    return request.parsedUri.user;
  } catch {
    return '';
  }
}
