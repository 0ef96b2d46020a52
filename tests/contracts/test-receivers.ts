import { createServer, type Server } from 'node:http';
import type { ReceiverBehaviour, TestReceiver } from './webhook-sender.contract.js';

/** Receivers of webhooks on loopback, well or badly behaved. */
export class TestReceivers {
  readonly #servers: Server[] = [];

  async open(behaviour: ReceiverBehaviour): Promise<TestReceiver> {
    const seen: TestReceiver['seen'][number][] = [];
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const headers = request.headers as Record<string, string>;
      seen.push({ path: request.url!, headers, body: Buffer.concat(chunks).toString('utf8') });
      if (behaviour === 'never-answers') return;
      if (behaviour === 'hangs-up') return void request.socket.destroy();
      if (behaviour === 'trickles') {
        response.writeHead(200);
        const timer = setInterval(() => response.write('x'), 20);
        response.on('close', () => clearInterval(timer));
        return;
      }
      response.writeHead(behaviour.status, behaviour.headers);
      response.end(behaviour.body ?? '');
    });
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}`, seen };
  }

  async close(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }
}
