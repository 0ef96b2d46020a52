/**
 * Datagrams as a value: real UDP in production (`net/udp-media-socket.ts`), a virtual network in the simulation.
 */
export interface MediaNetwork {
  /** Binds one port. Rejects with an error whose `code` is `EADDRINUSE` where it is taken. */
  bind(address: string, port: number, receiver: DatagramReceiver): Promise<MediaSocket>;
}

export interface DatagramReceiver {
  /** Called for each datagram. `bytes` belongs to the receiver from then on. */
  onDatagram(bytes: Uint8Array, address: string, port: number): void;
  /** Sending failed, or the socket broke. `code` as Node names it. */
  onError(code: string): void;
}

export interface MediaSocket {
  /** Sends at once. The caller may write to `bytes` again after this returns. */
  send(bytes: Uint8Array, length: number, port: number, address: string): void;
  /** Closes it; nothing is received afterwards. Twice is harmless. */
  close(): void;
}
