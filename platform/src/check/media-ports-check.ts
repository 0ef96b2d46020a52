import { bad, type CheckResult, good, lacking } from './check.js';

export interface MediaPorts {
  readonly low: number;
  readonly high: number;
  /** Calls that the node carries at most. */
  readonly maxCalls: number;
  /** Ports of ours that lie inside the range. */
  readonly others: readonly number[];
}

/** Whether the ports for sound suffice: two a leg (RTP and RTCP), and two legs for a call that is connected. */
export function checkMediaPorts(ports: MediaPorts): CheckResult {
  const name = 'media ports';
  const { low, high, maxCalls } = ports;
  const range = `RTP_PORT_LOW to RTP_PORT_HIGH (${low} to ${high})`;
  if (low >= high || low < 1024) {
    return bad(name, `${range} is no range of ports that can be used.`, 'Set them to, for example, 20000 and 29999.');
  }
  const inside = ports.others.find((port) => port >= low && port <= high);
  if (inside !== undefined) {
    return bad(name, `${range} includes port ${inside}, which we listen on.`, 'Move one of the two.');
  }
  const legs = Math.floor((high - low + 1) / 2);
  return legs < 2 * maxCalls
    ? lacking(
        name,
        `${range} is enough for ${Math.floor(legs / 2)} connected calls, and MAX_CALLS is ${maxCalls}.`,
        `Widen the range to ${4 * maxCalls} ports, or lower MAX_CALLS.`,
      )
    : good(name, `${range} is enough for ${maxCalls} connected calls.`);
}
