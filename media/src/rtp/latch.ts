import { sequenceDelta } from './sequence.js';

/** Packets in a row that make a stranger the peer. */
const packetsToLatch = 4;
/** They must take at least so long: a phone paces, a flood does not. */
const shortestSpanMs = 20;
/** A candidate whose packets are further apart than this starts anew. */
const longestGapMs = 400;

/** Where the peer is, as signalling has it. */
export interface SignalledPeer {
  readonly address: string;
  readonly port: number;
  /** Source of the peer's signalling. */
  readonly signallingSourceAddress: string;
}

/**
 * Decides whose packets a leg takes, and where its own go (symmetric RTP, RFC 4961, without RTP bleed).
 *
 * ```
 *            setPeer                 packet from the signalled address
 *  (none) ───────────▶ signalled ───────────────────────────────────────▶ confirmed
 *                          │  a run of packets, one SSRC, from an allowed      │
 *                          ▼  address, within the window                       │ setPeer with another
 *                       latched ◀──────────────────────────────────────────────┘ address: signalled
 *                          └── packet from the signalled address, still within the window ──▶ confirmed
 * ```
 *
 * We send to the signalled address at once and move only by latching. Another source is latched to once at most, and only
 * within the window after signalling; it must have the signalled IP address (another port) or that of the peer's signalling
 * source; where the signalled address is private, and so says nothing, only the latter. What comes from any other
 * source is refused, so it neither moves our sound nor is heard.
 */
export class Latch {
  /** Where to send now. */
  address = '';
  port = 0;
  #peer: SignalledPeer | undefined;
  #state: 'none' | 'signalled' | 'latched' | 'confirmed' = 'none';
  #until = 0;
  #candidateAddress = '';
  #candidatePort = 0;
  #candidateSsrc = 0;
  #candidateSequence = 0;
  #candidateCount = 0;
  #candidateSince = 0;
  #candidateLast = 0;

  get state(): 'none' | 'signalled' | 'latched' | 'confirmed' {
    return this.#state;
  }

  /** Signalling says where the peer is. The same address and port again keep what was found. */
  setPeer(peer: SignalledPeer, nowMs: number, windowMs: number): void {
    const same = this.#peer?.address === peer.address && this.#peer.port === peer.port;
    this.#peer = peer;
    if (same && this.#state !== 'signalled') return;
    this.#until = nowMs + windowMs;
    if (same) return;
    this.#state = 'signalled';
    this.address = peer.address;
    this.port = peer.port;
    this.#candidateCount = 0;
  }

  /** Whether to take an RTP packet from this source. May change `address` and `port`. */
  accept(address: string, port: number, ssrc: number, sequence: number, nowMs: number): boolean {
    if (port === this.port && address === this.address) {
      if (this.#state === 'signalled') this.#state = 'confirmed';
      return this.#state !== 'none';
    }
    if (this.#state === 'none' || this.#state === 'confirmed' || nowMs > this.#until || !this.#peer) return false;
    if (address === this.#peer.address && port === this.#peer.port) {
      this.#moveTo(address, port, 'confirmed');
      return true;
    }
    if (this.#state === 'latched' || !this.allows(address)) return false;
    return this.#weigh(address, port, ssrc, sequence, nowMs);
  }

  /** Whether a source address may be the peer's at all. For RTCP, whose port is not latched. */
  allows(address: string): boolean {
    const peer = this.#peer;
    if (!peer) return false;
    if (this.#state !== 'signalled') return address === this.address;
    if (address === peer.signallingSourceAddress) return true;
    return address === peer.address && !isPrivateAddress(address);
  }

  #weigh(address: string, port: number, ssrc: number, sequence: number, nowMs: number): boolean {
    const known =
      this.#candidateCount > 0 &&
      port === this.#candidatePort &&
      address === this.#candidateAddress &&
      ssrc === this.#candidateSsrc &&
      nowMs - this.#candidateLast <= longestGapMs;
    const step = sequenceDelta(this.#candidateSequence, sequence);
    if (known && step === 0) return false;
    const continues = known && step === 1;
    if (!continues) {
      this.#candidateCount = 0;
      this.#candidateAddress = address;
      this.#candidatePort = port;
      this.#candidateSsrc = ssrc;
      this.#candidateSince = nowMs;
    }
    this.#candidateCount++;
    this.#candidateSequence = sequence;
    this.#candidateLast = nowMs;
    if (this.#candidateCount < packetsToLatch || nowMs - this.#candidateSince < shortestSpanMs) return false;
    this.#moveTo(address, port, 'latched');
    return true;
  }

  #moveTo(address: string, port: number, state: 'latched' | 'confirmed'): void {
    this.#state = state;
    this.address = address;
    this.port = port;
  }
}

/** Whether an address means something only inside its own network: private, shared, link-local, loopback, unique local. */
export function isPrivateAddress(address: string): boolean {
  const text = address.toLowerCase().replace(/^::ffff:/, '');
  if (text.includes(':')) return text === '::1' || /^f[cd]/.test(text) || /^fe[89ab]/.test(text);
  const [first = 0, second = 0] = text.split('.').map(Number);
  return (
    first === 10 ||
    first === 127 ||
    first === 0 ||
    (first === 172 && second >= 16 && second <= 31) ||
    (first === 192 && second === 168) ||
    (first === 169 && second === 254) ||
    (first === 100 && second >= 64 && second <= 127)
  );
}
