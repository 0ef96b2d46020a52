/** One place where a registered phone can be reached. The same shape as the port's `Binding`, which this folder does not import. */
export interface ContactBinding {
  /** Contact URI as the phone gave it. */
  readonly contact: string;
  /** Where the registration came from. */
  readonly received: { readonly address: string; readonly port: number; readonly transport: 'udp' | 'tcp' | 'tls' };
  /** Our node whose socket or connection reaches it. */
  readonly node: string;
  readonly callId: string;
  readonly cseq: number;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly userAgent?: string;
  readonly path?: readonly string[];
}
