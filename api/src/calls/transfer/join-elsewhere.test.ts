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
    registry: { all: () => [call('AC1', 'one')], get: () => undefined },
    engine: { expect: () => ({ user: 'node-abc', leg: Promise.resolve(undefined) }) },
    newId: () => 'CA1',
    ...more,
  };
  return deps as unknown as CallsDeps;
}

const failed: string[] = [];

function call(accountId: string, sipCallId: string, talks = true): ActiveCall {
  const handOver = () => ({ remaining: { id: 'L2' }, failed: () => void failed.push(sipCallId) });
  const talk = talks ? { handOver } : undefined;
  return { accountId, leg: { facts: { sipCallId } }, talk, children: new Set() } as unknown as ActiveCall;
}

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
    const asked = { accountId: 'AC1', sipCallId: 'one' };
    expect(await expectJoined({ ...asked, accountId: 'AC2' }, node())).toEqual({ status: 481 });
    expect(await expectJoined({ ...asked, sipCallId: 'other' }, node())).toEqual({ status: 481 });
    expect(await expectJoined(asked, node({ innerAddress: () => undefined }))).toEqual({ status: 481 });
    const silent = node({ registry: { all: () => [call('AC1', 'one', false)] } });
    expect(await expectJoined(asked, silent)).toEqual({ status: 603 });
  });

  it('leaves the call as it was where the leg between the nodes does not come', async () => {
    const invited = await expectJoined({ accountId: 'AC1', sipCallId: 'one' }, node());
    expect(invited).toEqual({ uri: 'sip:node-abc@10.0.0.5:5060;transport=udp' });
    await expect.poll(() => failed).toEqual(['one']);
  });

  it('is let come where whom the call dials still rings: it rings as long (RFC 5589 6.2)', async () => {
    const ringing = { ...call('AC1', 'one', false), children: new Set([call('AC1', 'child')]) };
    const invited = await expectJoined(
      { accountId: 'AC1', sipCallId: 'one' },
      node({ registry: { all: () => [ringing] } }),
    );
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
