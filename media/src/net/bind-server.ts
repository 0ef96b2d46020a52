import type { Server } from 'node:net';

/** Binds a server of connections; rejects with Node's error. What goes wrong later shows at the connections. */
export function bindServer(server: Server, { address, port }: { address: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port, exclusive: true }, () => {
      server.off('error', reject);
      server.on('error', () => undefined);
      resolve();
    });
  });
}
