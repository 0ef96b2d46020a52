import type { Random } from '@hookswitch/kernel/random';
import type { SrvRecord } from './dns-records.js';

/** SRV records in the order to try them (RFC 2782, "Usage rules"): by priority, among equals drawn by weight. None where the service is said not to be there. */
export function orderServices(records: readonly SrvRecord[], random: Random): readonly SrvRecord[] {
  const offered = records.filter(({ target }) => target !== '' && target !== '.');
  const priorities = [...new Set(offered.map(({ priority }) => priority))].sort((a, b) => a - b);
  return priorities.flatMap((priority) =>
    drawByWeight(
      offered.filter((record) => record.priority === priority),
      random,
    ),
  );
}

/** Draws one after another, each with the chance that its weight has among those left. Those of weight 0 stand first, so that they have a small one. */
function drawByWeight(records: readonly SrvRecord[], random: Random): SrvRecord[] {
  const left = [...records].sort((a, b) => Math.sign(a.weight) - Math.sign(b.weight));
  const drawn: SrvRecord[] = [];
  while (left.length > 0) {
    const total = left.reduce((sum, { weight }) => sum + weight, 0);
    const draw = Math.floor(random.next() * (total + 1));
    let running = 0;
    const index = left.findIndex(({ weight }) => {
      running += weight;
      return running >= draw;
    });
    drawn.push(...left.splice(index, 1));
  }
  return drawn;
}
