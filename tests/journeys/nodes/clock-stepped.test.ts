import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { BadDay } from '../bad-day.js';
import { type ContactView, useCentre } from '../contact-centre/centre.js';
import { SeveralNodes } from '../several-nodes.js';

const folder = mkdtempSync(join(tmpdir(), 'stepped-clock-'));
const file = join(folder, 'milliseconds');
const preload = pathToFileURL(join(import.meta.dirname, '../../peers/stepped-clock.js')).href;
const options = { name: 'clock_stepped', redisDatabase: 106, nodes: 2 } as const;
const stepped = { NODE_OPTIONS: `--import ${preload}`, STEPPED_CLOCK_FILE: file };
const cluster = new SeveralNodes({
  ...options,
  settingsOf: (nodeId): Record<string, string> => (nodeId === 'media-1' ? stepped : {}),
});
const on = useCentre(options, () => cluster.start());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Sets the clock of media-1 so many milliseconds off. Resolves once the node says a time of that clock. */
async function step(milliseconds: number): Promise<void> {
  writeFileSync(file, String(milliseconds));
  process.kill(cluster.node('media-1').pid, 'SIGUSR2');
  await on.centre.world.eventually('the clock to be stepped', async () => {
    const node = (await cluster.list()).find(({ id }) => id === 'media-1');
    const off = node ? Date.parse(node.reportedAt) - Date.now() : Number.NaN;
    return Math.abs(off - milliseconds) < 600_000 ? true : undefined;
  });
}

interface TimesOfContact {
  readonly startedAt: string;
  readonly endedAt: string;
}

/** What a short call may take on a slow machine, seconds: far less than a step. */
const shortSeconds = 600;

/** The figures of a CDR that say how long something took, and its times. */
interface Figures {
  readonly ringSeconds: number;
  readonly talkSeconds: number;
  readonly billableSeconds: number;
  readonly createdAt: string;
  readonly answeredAt: string;
  readonly endedAt: string;
}

async function figuresOf(callId: string): Promise<Figures> {
  return (await on.centre.world.cdr(callId)) as unknown as Figures;
}

function expectRight({ ringSeconds, talkSeconds, billableSeconds, ...times }: Figures, leastTalk: number): void {
  const [created, answered, ended] = [times.createdAt, times.answeredAt, times.endedAt].map(Date.parse) as number[];
  expect(ringSeconds).toBeGreaterThanOrEqual(0);
  expect(ringSeconds).toBeLessThan(shortSeconds);
  expect(talkSeconds).toBeGreaterThanOrEqual(leastTalk);
  expect(talkSeconds).toBeLessThan(shortSeconds);
  expect(billableSeconds).toBe(Math.ceil(talkSeconds));
  expect(answered! - created!).toBeCloseTo(ringSeconds * 1000, -1);
  expect(ended! - answered!).toBeCloseTo(talkSeconds * 1000, -1);
}

describe('a node whose clock is stepped in the middle of calls', () => {
  it.each([
    ['an hour ahead', 3_600_000],
    ['an hour back', -3_600_000],
  ])(
    '%s and put right again: talks go on, CDRs and contacts say how long they took, phones stay reachable and offers ring as long as they should, nobody is stuck',
    async (_how, ms) => {
      const { centre } = on;
      const { world } = centre;
      const day = await BadDay.begin(world);
      await centre.settings({ afterCallWorkSeconds: 0 });
      const group = await centre.group();
      const line = await centre.line(group);
      const at = cluster.sip('media-1');
      const agent = await centre.agent([group], { server: at });
      const talking = await centre.call(line, undefined, at);
      const seat = await agent.answers();
      await talking.call.media.hears('agent');
      const waiting = await centre.waits(line, undefined, at);
      const music = await world.line([{ verb: 'play', url: '/music.wav', loop: 0 }]);
      const listens = await (await world.phone({ server: at })).dial(music.number);
      await listens.media.hears('music');
      const heardFrom = performance.now();

      await step(ms);
      await Promise.all([talking.call.media.hears('agent'), seat.media.hears('caller')]);
      await listens.media.hears('music');
      await talking.call.bye();
      await seat.ended;
      const heardFor = (performance.now() - heardFrom) / 1000;
      const callId = await world.callId(music.path);
      await listens.bye();
      expectRight(await figuresOf(callId), heardFor);
      // The phone registered before the step; it is offered the next call, and rings until it answers.
      const next = await agent.answers();
      await Promise.all([waiting.call.media.hears('agent'), next.media.hears('caller')]);
      await step(0);
      await Promise.all([waiting.call.media.hears('agent'), next.media.hears('caller')]);
      await waiting.call.bye();
      await next.ended;
      await agent.is('free');
      expect(agent.rung).toBe(2);
      for (const customer of [talking, waiting]) {
        const { data } = await world.event(
          'contact.completed',
          (event) => (event.data.contact as ContactView).id === customer.contactId,
        );
        const contact = data.contact as ContactView & TimesOfContact;
        expect(contact).toMatchObject({ endedBy: 'customer' });
        const tookMs = Date.parse(contact.endedAt) - Date.parse(contact.startedAt);
        expect(tookMs).toBeGreaterThan(0);
        expect(tookMs).toBeLessThan(shortSeconds * 1000);
      }
      await cluster.is('media-1', ({ calls, state }) => calls === 0 && state === 'active');
      await day.over();
    },
  );
});
