import { silentLogger } from '@hookswitch/kernel/logger';
import { dialogMark } from '@hookswitch/media/port/dialog-mark';
import type { TransferRequest } from '@hookswitch/media/port/transfer';
import { describe, expect, it } from 'vitest';
import type { HandOver } from '../../scripting/index.js';
import type { ActiveCall } from '../active-call.js';
import type { CallsDeps } from '../calls-deps.js';
import { expectJoined, joinElsewhere, nodeOfReplaces } from './join-elsewhere.js';

const mark = dialogMark('media-2');

function node(more: Partial<Record<keyof CallsDeps, unknown>> = {}): CallsDeps {
  const deps = {
    nodeId: 'media-1',
    leases: { alive: async () => [{ nodeId: 'media-1' }, { nodeId: 'media-2' }] },
    innerAddress: () => 'udp:10.0.0.5:5060',
    logger: silentLogger,
    ...having(call('AC1', 'one')),
    newId: () => 'CA1',
    ...more,
  };
  return deps as unknown as CallsDeps;
}

/** A node has this call, and its engine finds its leg by `<its name>;to-tag=1;from-tag=2`. */
function having(call: ActiveCall) {
  const { id } = call.leg;
  return {
    registry: { get: (callId: string) => (callId === id ? call : undefined) },
    engine: {
      expect: () => ({ user: 'node-abc', leg: Promise.resolve(undefined) }),
      legNamed: (replaces: string) => (replaces === `${id};to-tag=1;from-tag=2` ? { leg: call.leg } : { status: 603 }),
    },
  };
}

const failed: string[] = [];

function call(accountId: string, id: string, talks = true): ActiveCall {
  const handOver = () => ({ remaining: { id: 'L2' }, failed: () => void failed.push(id) });
  const talk = talks ? { handOver } : undefined;
  return { accountId, leg: { id, facts: {} }, talk, children: new Set() } as unknown as ActiveCall;
}

const asked = { accountId: 'AC1', replaces: 'one;to-tag=1;from-tag=2' };

describe('a transfer to a call of another node', () => {
  it.each([
    ['the mark of another node', `abc;to-tag=1234-${mark};from-tag=9`, 'media-2'],
    ['the mark last', `abc;from-tag=9;to-tag=1234-${mark}`, 'media-2'],
    ['our own mark', `abc;to-tag=1234-${dialogMark('media-1')};from-tag=9`, undefined],
    ['the mark of no node that lives', 'abc;to-tag=1234-00000000;from-tag=9', undefined],
    ['no mark', 'abc;to-tag=1234;from-tag=9', undefined],
    ['a mark in the other tag', `abc;to-tag=1234;from-tag=9-${mark}`, undefined],
  ])('finds that node by %s', async (_what, value, found) => {
    expect(await nodeOfReplaces(value, node())).toBe(found);
  });

  it('is refused where the call is none of the account’s, none at all, or talks to nobody', async () => {
    expect(await expectJoined({ ...asked, accountId: 'AC2' }, node())).toEqual({ status: 481 });
    expect(await expectJoined(asked, node({ innerAddress: () => undefined }))).toEqual({ status: 481 });
    expect(await expectJoined(asked, node(having(call('AC1', 'one', false))))).toEqual({ status: 603 });
  });

  it('is refused as the engine says where Call-ID and both tags are not those of a leg (RFC 3891 3)', async () => {
    const other = { ...asked, replaces: 'one;to-tag=1;from-tag=3' };
    expect(await expectJoined(other, node())).toEqual({ status: 603 });
  });

  it('leaves the call as it was where the leg between the nodes does not come', async () => {
    const invited = await expectJoined(asked, node());
    expect(invited).toEqual({ uri: 'sip:node-abc@10.0.0.5:5060;transport=udp' });
    await expect.poll(() => failed).toEqual(['one']);
  });

  it('is let come where whom the call dials still rings: it rings as long (RFC 5589 6.2)', async () => {
    const children = new Set([call('AC1', 'child')]);
    const ringing = { ...call('AC1', 'one', false), children } as unknown as ActiveCall;
    const invited = await expectJoined(asked, node(having(ringing)));
    expect(invited).toEqual({ uri: 'sip:node-abc@10.0.0.5:5060;transport=udp' });
  });

  it('is refused where the other node says so, or nothing', async () => {
    const other = { nodeId: 'media-2', replaces: 'one;to-tag=1' };
    const join = (send: () => Promise<unknown>) =>
      joinElsewhere(call('AC1', 'two'), {} as HandOver, {} as TransferRequest, other, node({ commands: { send } }));
    expect(await join(async () => ({ status: 481 }))).toBe(481);
    expect(await join(async () => Promise.reject(new Error('broken')))).toBe(603);
  });
});
