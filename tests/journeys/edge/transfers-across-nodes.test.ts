import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KamailioEdge } from '../../peers/kamailio-edge.js';
import { headerOf, uriIn } from '../../peers/tone-phone/sip-text.js';
import type { ToneCall } from '../../peers/tone-phone/tone-call.js';
import type { TonePhone } from '../../peers/tone-phone/tone-phone.js';
import { SeveralNodes } from '../several-nodes.js';
import { useWorld } from '../world.js';

const edge = await KamailioEdge.reserve();
const options = {
  name: 'edge_transfers',
  redisDatabase: 137,
  nodes: 2,
  settings: edge.nodeSettings,
} as const;
const cluster = new SeveralNodes(options);
const server = { host: '127.0.0.1', port: edge.port };

beforeAll(() => edge.start());
const on = useWorld(options, () => cluster.start());
afterAll(() => edge.stop());

let desks = 0;

/** A registered phone behind the edge. What comes from 127.0.0.1 is the trunk's. */
async function desk(
  party: 'supervisor' | 'agent',
  more: { applicationId?: string } = {},
): Promise<{ phone: TonePhone; username: string }> {
  desks += 1;
  const username = `desk-${desks}`;
  const { password } = await on.world.api.post<{ password: string }>('/v1/endpoints', { username, ...more });
  const phone = await on.world.phone({ user: username, password, party, host: `127.0.0.${70 + desks}`, server });
  expect((await phone.register()).status).toBe(200);
  return { phone, username };
}

/** A caller and a desk phone who talk because the line's script dials the phone. */
async function talk({ phone, username }: { phone: TonePhone; username: string }) {
  const line = await on.world.line([{ verb: 'dial', targets: [{ type: 'endpoint', endpoint: username }] }]);
  const caller = await (await on.world.phone({ server })).dial(line.number);
  const agent = await phone.nextCall();
  await agent.answer();
  await Promise.all([caller.media.hears('supervisor'), agent.media.hears('caller')]);
  return { caller, agent };
}

const replaces = (call: ToneCall) => `${call.callId};to-tag=${call.remoteTag};from-tag=${call.localTag}`;

/** The phone asks in one of its calls to be replaced in another. */
async function refer(asking: ToneCall, named: ToneCall, uri: string): Promise<void> {
  const referTo = `<${uri}?Replaces=${encodeURIComponent(replaces(named))}>`;
  expect((await asking.request('REFER', { headers: [['Refer-To', referTo]] })).status).toBe(202);
}

/** A phone talks to a caller, and has called somebody by way of the other node who still rings; it asks to be replaced there. */
function askingWhileItRings() {
  return on.world.eventually('a phone with calls at both nodes', async () => {
    const number = on.world.newNumber('a');
    const { applicationId } = await on.world.line([{ verb: 'dial', targets: [{ type: 'number', number }] }]);
    const { phone, username } = await desk('supervisor', { applicationId });
    const { caller, agent } = await talk({ phone, username });
    const second = await phone.dial('colleague');
    const rung = await on.world.carried('a', number);
    await rung.ring();
    await second.answered();
    if (nodeOf(second) !== nodeOf(agent)) {
      await refer(agent, second, 'sip:colleague@127.0.0.1');
      return { caller, agent, second, rung };
    }
    await Promise.all([second.bye(), caller.bye()]);
    await Promise.all([rung.ended, agent.ended]);
    return undefined;
  });
}

/** What the phone was told last of its REFER. */
async function lastWord({ received }: ToneCall): Promise<string> {
  const last = await received.first('the last NOTIFY', (message) =>
    headerOf(message, 'Subscription-State').startsWith('terminated;reason=noresource'),
  );
  return last.body.trim();
}

/** The mark of the node that has the call. */
const nodeOf = (call: ToneCall) => call.remoteTag.split('-').at(-1)!;

describe('phones behind an edge with two nodes', () => {
  it('take the place of one another with Replaces (RFC 3891), whichever node has the call', async () => {
    const first = await desk('supervisor');
    const other = await desk('agent');
    const nodes = new Set<string>();
    await on.world.eventually('calls on both nodes to be taken over', async () => {
      const { caller, agent } = await talk(first);
      nodes.add(nodeOf(agent));
      const taking = await other.phone.dial('anybody', { headers: [['Replaces', replaces(agent)]] });
      await taking.answered();
      await Promise.all([caller.media.hears('agent'), taking.media.hears('caller')]);
      expect((await agent.ended).how).toBe('BYE');
      expect((await taking.bye()).status).toBe(200);
      await caller.ended;
      return nodes.size === 2 || undefined;
    });
  });

  it('hand on whom they talk to in one call to whom they talk to in another (REFER with Replaces), whichever node has which', async () => {
    const ways = new Set<string>();
    await on.world.eventually('calls of both nodes to be joined', async () => {
      const first = await talk(await desk('supervisor'));
      const second = await talk(await desk('supervisor'));
      ways.add([first, second].map(({ agent }) => nodeOf(agent)).join(' to '));
      const { agent } = second;
      await refer(first.agent, agent, uriIn(headerOf(agent.invitation, 'Contact')));
      expect((await first.agent.ended).how).toBe('BYE');
      expect((await agent.ended).how).toBe('BYE');
      await Promise.all([first.caller.media.hears('caller'), second.caller.media.hears('caller')]);
      expect((await first.caller.bye()).status).toBe(200);
      await second.caller.ended;
      const between = [...ways].filter((way) => new Set(way.split(' to ')).size === 2);
      return between.length > 0 || undefined;
    });
  });

  it('hand on whom they talk to, to whom they called from another node and who rings: the two talk once that one answers', async () => {
    const { caller, agent, second, rung } = await askingWhileItRings();
    await agent.received.first('that it rings', ({ body }) => body.startsWith('SIP/2.0 180'));
    await rung.answer();
    await Promise.all([caller.media.hears('callee'), rung.media.hears('caller')]);
    expect(await lastWord(agent)).toBe('SIP/2.0 200 OK');
    expect([(await agent.ended).how, (await second.ended).how]).toEqual(['BYE', 'BYE']);
    expect((await caller.bye()).status).toBe(200);
    await rung.ended;
  });

  it('talk on with their caller where the one who rings at another node does not want to', async () => {
    const { caller, agent, second, rung } = await askingWhileItRings();
    rung.reject(486);
    expect(await lastWord(agent)).toMatch(/^SIP\/2\.0 (487|603) /);
    await second.ended;
    await Promise.all([caller.media.hears('supervisor'), agent.media.hears('caller')]);
    await caller.bye();
    await agent.ended;
  });

  it('still have their own call to who rings at another node where their caller gives up meanwhile', async () => {
    const { caller, agent, second, rung } = await askingWhileItRings();
    await caller.bye();
    await agent.ended;
    await second.bye();
    await rung.ended;
  });
});
