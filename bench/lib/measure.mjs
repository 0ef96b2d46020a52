// What a process spends, and what machine it runs on.
import { readdirSync, readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

/** Linux counts a process's time in hundredths of a second. */
const tickMs = 10;

/** User and system CPU of a process and its threads so far, milliseconds. Without its children. */
export function cpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

/** As `cpuMs`, apart: the main thread's, that of all others (sound, garbage collection, compiling), and how much of both the kernel took. */
export function cpuParts(pid) {
  const parts = { main: 0, others: 0, system: 0 };
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const fields = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').split(') ')[1].split(' ');
    parts[Number(thread) === pid ? 'main' : 'others'] += (Number(fields[11]) + Number(fields[12])) * tickMs;
    parts.system += Number(fields[12]) * tickMs;
  }
  return parts;
}

/** Resident memory of a process, KiB. */
export function rssKb(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
}

/**
 * The machine, and how it felt: `workMs` is the CPU that a fixed piece of arithmetic took, about 40 on the idle machine of README.md. Where it is more, other programs
 * took cache and core with us, and every CPU figure of the run is too high by about as much.
 */
export function machine() {
  return {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    node: process.version,
    load: round(loadavg()[0]),
    workMs: Math.min(work(), work(), work()),
  };
}

function work() {
  const before = process.cpuUsage();
  let sum = 0;
  for (let at = 0; at < 3e7; at++) sum = (Math.imul(sum, 31) + at) | 0;
  const { user, system } = process.cpuUsage(before);
  return round((user + system) / 1000 + (sum === 1 ? 1 : 0));
}

/** The value below which that share (0 to 1) of the values lies. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0
    ? undefined
    : round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]);
}

export function round(value) {
  return Math.round(value * 100) / 100;
}

export function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
