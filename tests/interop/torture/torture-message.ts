/**
 * A message after its description in RFC 4475 or RFC 5118 ("SIP torture test messages"). Where the RFC's message has a Via, `%via` is ours, so that the answer can be read; `%id` is
 * a Call-ID nobody used before.
 */
export interface TortureMessage {
  /** Section and short name in RFC 4475. */
  readonly section: string;
  readonly name: string;
  /** What a right answer is. */
  readonly expected: Outcome;
  /** Where it differs on a stream. */
  readonly onStream?: Outcome;
  /** What the product must read in it, where it is a call that gets through. */
  readonly facts?: { readonly from?: string; readonly to?: string; readonly fromDisplayName?: string };
  readonly headers?: Readonly<Record<string, string | RegExp>>;
  readonly lines: readonly string[];
  readonly body?: string;
  /** Content-Length as given here instead of the true one; '' for none. */
  readonly length?: string;
}

/** A final status, or `through`: the call reached the product (which refuses it with 486); `dropped`; `closed`: dropped and the connection with it. */
export type Outcome = number | 'through' | 'dropped' | 'closed';
