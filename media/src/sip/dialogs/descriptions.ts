/**
 * Offer and answer within one dialog (RFC 3264 4, RFC 6337 2): what both sides agreed on last, and whose offer waits for its answer. An offer that is
 * refused leaves everything as it was.
 */
export class Descriptions {
  #local: string | undefined;
  #remote: string | undefined;
  #open: { readonly by: 'us' | 'them'; readonly sdp: string } | undefined;
  #exchanges = 0;

  /** What both sides agreed on in a former process. */
  static agreed(local: string | undefined, remote: string | undefined): Descriptions {
    const descriptions = new Descriptions();
    descriptions.#local = local;
    descriptions.#remote = remote;
    descriptions.#exchanges = 1;
    return descriptions;
  }

  /** What we said last and they took. */
  get local(): string | undefined {
    return this.#local;
  }

  /** What they said last and we took. */
  get remote(): string | undefined {
    return this.#remote;
  }

  /** Whose offer waits for its answer. */
  get open(): 'us' | 'them' | undefined {
    return this.#open?.by;
  }

  /** How many offers were answered. */
  get exchanges(): number {
    return this.#exchanges;
  }

  /** An offer was made. */
  offer(by: 'us' | 'them', sdp: string): void {
    this.#open = { by, sdp };
  }

  /** The open offer of that side was answered; without a description the other side's last one stands. */
  answer(offerBy: 'us' | 'them', sdp: string | undefined): void {
    const open = this.#open;
    if (open?.by !== offerBy) return;
    this.#open = undefined;
    this.#exchanges += 1;
    const [ours, theirs] = open.by === 'us' ? [open.sdp, sdp] : [sdp, open.sdp];
    this.#local = ours ?? this.#local;
    this.#remote = theirs ?? this.#remote;
  }

  /** The open offer of that side was refused, or will not be answered any more. */
  withdraw(offerBy: 'us' | 'them'): void {
    if (this.#open?.by === offerBy) this.#open = undefined;
  }
}
