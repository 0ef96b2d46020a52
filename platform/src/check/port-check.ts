import { bad, type CheckResult, good } from './check.js';
import type { Machine, SocketAddress } from './machine.js';

/** Whether we can listen there. `setting` names the variable to change. */
export async function checkPort(
  machine: Machine,
  name: string,
  where: SocketAddress,
  setting: string,
): Promise<CheckResult> {
  const place = placeText(where);
  if (where.port === 0) return good(name, `${place} takes any free port.`);
  return judgeListening(name, place, await machine.tryListening(where), setting);
}

/** What the outcome of trying to listen means. */
export function judgeListening(name: string, place: string, outcome: string, setting: string): CheckResult {
  switch (outcome) {
    case 'free':
      return good(name, `${place} is free.`);
    case 'EADDRINUSE':
      return bad(
        name,
        `${place} is taken by another program, or by a platform that already runs.`,
        `Stop it (who it is: ss -lnptu), or set ${setting} to another port.`,
      );
    case 'EADDRNOTAVAIL':
      return bad(
        name,
        `${place} is not an address of this machine.`,
        `Set ${setting} to one of its addresses, or to 0.0.0.0 for all. Behind NAT, listen on the machine's own address and advertise the outer one.`,
      );
    case 'EACCES':
      return bad(name, `${place} may not be used by this user.`, `Set ${setting} to a port from 1024 on.`);
    default:
      return bad(name, `${place} cannot be used: ${outcome}.`, `Set ${setting} to another address or port.`);
  }
}

export function placeText({ transport, address, port }: SocketAddress): string {
  return `${transport} ${address.includes(':') ? `[${address}]` : address}:${port}`;
}
