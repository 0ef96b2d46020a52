// rtpengine in userspace mode on the loopback address, and as much of its ng protocol (bencode over UDP) as a bench needs.
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeUdpPorts } from '../../tests/dist/peers/free-udp-ports.js';
import { sleep } from './measure.mjs';

/** Starts it; undefined where it is not installed. */
export async function startRtpengine() {
  const port = await freeUdpPorts(1);
  const folder = mkdtempSync(join(tmpdir(), 'hookswitch-bench-'));
  const words =
    `--config-file=none --table=-1 --foreground --log-stderr --log-level=3 --interface=127.0.0.1 --listen-ng=127.0.0.1:${port} --port-min=35000 --port-max=38999 ` +
    `--pidfile=${folder}/pid`;
  const child = spawn('rtpengine', words.split(' '), { stdio: ['ignore', 'ignore', 'ignore'] });
  process.once('exit', () => child.kill('SIGKILL'));
  const failed = new Promise((resolve) => {
    child.once('error', () => resolve('failed'));
    child.once('exit', () => resolve('failed'));
  });
  const socket = createSocket('udp4');
  await new Promise((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const waiting = new Map();
  let cookies = 0;
  socket.on('message', (bytes) => {
    const space = bytes.indexOf(32);
    waiting.get(bytes.toString('latin1', 0, space))?.(decode(bytes.toString('latin1', space + 1)).value);
  });
  const ask = (words) =>
    new Promise((resolve) => {
      const cookie = `c${++cookies}`;
      waiting.set(cookie, (answer) => {
        waiting.delete(cookie);
        resolve(answer);
      });
      socket.send(`${cookie} ${encode(words)}`, port, '127.0.0.1');
    });
  const stop = () => {
    socket.close();
    child.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 50; tries++) {
    const answer = await Promise.race([ask({ command: 'ping' }), failed, sleep(200)]);
    if (answer === 'failed') break;
    if (answer?.result === 'pong') return { pid: child.pid, address: `127.0.0.1:${port}`, ask, stop };
  }
  stop();
  return undefined;
}

function encode(value) {
  if (typeof value === 'number') return `i${value}e`;
  if (typeof value === 'string') return `${value.length}:${value}`;
  if (Array.isArray(value)) return `l${value.map(encode).join('')}e`;
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `d${sorted.map(([key, member]) => encode(key) + encode(member)).join('')}e`;
}

function decode(text, at = 0) {
  const kind = text[at];
  if (kind === 'i') {
    const end = text.indexOf('e', at);
    return { value: Number(text.slice(at + 1, end)), at: end + 1 };
  }
  if (kind === 'l' || kind === 'd') {
    const members = [];
    let next = at + 1;
    while (text[next] !== 'e') {
      const member = decode(text, next);
      members.push(member.value);
      next = member.at;
    }
    const pairs = () => members.flatMap((key, index) => (index % 2 ? [] : [[key, members[index + 1]]]));
    return { value: kind === 'l' ? members : Object.fromEntries(pairs()), at: next + 1 };
  }
  const colon = text.indexOf(':', at);
  const end = colon + 1 + Number(text.slice(at, colon));
  return { value: text.slice(colon + 1, end), at: end };
}
