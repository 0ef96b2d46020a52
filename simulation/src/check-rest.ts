import type { SimulatedProcess } from './simulated-process.js';
import type { Violation } from './violation.js';
import type { World } from './world.js';

const queues = ['relay-outbox', 'deliver-webhook', 'finalize-recording'] as const;

/** What a process that has nothing to do may hold: nothing but the timers that one without calls has had before. */
export async function checkIdle(
  process: SimulatedProcess,
  timers: { readonly now: number; readonly quiet: number },
): Promise<Violation[]> {
  const { name, platform, network } = process;
  const found: Violation[] = [];
  const say = (text: string) => void found.push({ about: name, text: `${name} ${text}` });
  const { calls, engine } = platform.callRole!;
  for (const [kind, value] of Object.entries(engine.gauges())) if (value !== 0) say(`still has ${value} ${kind}`);
  if (network.open !== 1) say(`has ${network.open} sockets open and not 1`);
  if (calls.registry.size !== 0) say(`still has ${calls.registry.size} calls`);
  const counts = calls.admission.counts();
  if (counts.total !== 0 || Object.keys(counts.accounts).length + Object.keys(counts.trunks).length > 0) {
    say(`still counts calls: ${JSON.stringify(counts)}`);
  }
  const { running } = platform.features.webhooks.counts();
  if (running !== 0) say(`still sends ${running} webhooks`);
  for (const queue of queues) {
    const { waiting, active } = await process.jobs.counts(queue);
    if (waiting + active > 0) say(`still has ${waiting + active} jobs of ${queue}`);
  }
  if (timers.now > timers.quiet) say(`has ${timers.now} timers and not ${timers.quiet}`);
  return found;
}

/** What a stopped process leaves: nothing. */
export function checkStopped({ name, clock, network }: SimulatedProcess): Violation[] {
  const found: Violation[] = [];
  if (clock.pending > 0) found.push({ about: name, text: `${name} stopped and left ${clock.pending} timers` });
  if (network.open > 0) found.push({ about: name, text: `${name} stopped and left ${network.open} sockets` });
  return found;
}

/** Phones that believe in a call that is over. Only where nobody died and nobody vanished. */
export function checkPhones(world: World): Violation[] {
  if (world.killed.length > 0) return [];
  return world.phones
    .filter((phone) => phone.lines > 0)
    .map((phone) => ({ text: `${phone.name} still believes in ${phone.lines} calls`, about: phone.name }));
}
