import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freeUdpPorts } from '../peers/free-udp-ports.js';
import { PeerProcess } from '../peers/peer-process.js';

/**
 * A real Kamailio between phones and the engine, as at the edge of an installation: it record-routes, adds Path to registrations, and sends what does not
 * come from the engine to the engine, over UDP or TCP.
 */
export class KamailioProxy {
  readonly port: number;
  readonly #process: PeerProcess;
  readonly #folder: string;

  private constructor(port: number, running: PeerProcess, folder: string) {
    this.port = port;
    this.#process = running;
    this.#folder = folder;
  }

  /** `engine`: where the engine listens, and how it is spoken to. */
  static async start(engine: { port: number; transport: 'udp' | 'tcp' }): Promise<KamailioProxy> {
    const folder = mkdtempSync(join(tmpdir(), 'interop-kamailio-'));
    const port = await freeUdpPorts(2);
    writeFileSync(join(folder, 'kamailio.cfg'), configuration(port, engine));
    const words = ['-DD', '-E', '-f', 'kamailio.cfg', '-m', '32', '-M', '8', '-P', join(folder, 'pid'), '-Y', folder];
    const running = PeerProcess.start('kamailio', [...words, '-w', folder], { cwd: folder });
    await running.until('kamailio listens', listens(port));
    return new KamailioProxy(port, running, folder);
  }

  get output(): string {
    return this.#process.output;
  }

  async stop(): Promise<void> {
    await this.#process.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function listens(port: number): Promise<void> {
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await sleep(50);
  }
}

function configuration(port: number, engine: { port: number; transport: 'udp' | 'tcp' }): string {
  const modules = ['tm', 'sl', 'rr', 'pv', 'maxfwd', 'textops', 'siputils', 'path'];
  return `#!KAMAILIO
debug=1
log_stderror=yes
children=1
tcp_children=1
auto_aliases=no
listen=udp:127.0.0.1:${port}
listen=tcp:127.0.0.1:${port}
${modules.map((name) => `loadmodule "${name}.so"`).join('\n')}
modparam("rr", "enable_double_rr", 1)
modparam("path", "use_received", 0)

request_route {
  if (!mf_process_maxfwd_header("10")) {
    sl_send_reply("483", "Too Many Hops");
    exit;
  }
  if (is_method("CANCEL")) {
    if (t_check_trans()) t_relay();
    exit;
  }
  if (has_totag()) {
    if (loose_route()) {
      t_relay();
      exit;
    }
    if (is_method("ACK")) {
      if (t_check_trans()) t_relay();
      exit;
    }
    sl_send_reply("404", "Not here");
    exit;
  }
  if (is_method("REGISTER")) {
    add_path();
    $du = "sip:127.0.0.1:${engine.port};transport=${engine.transport}";
    t_relay();
    exit;
  }
  loose_route();
  record_route();
  if ($hdr(User-Agent) != "Hookswitch") {
    $du = "sip:127.0.0.1:${engine.port};transport=${engine.transport}";
  }
  t_relay();
}
`;
}
