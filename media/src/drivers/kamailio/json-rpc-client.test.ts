import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it } from 'vitest';
import type { PostJson } from '../../net/http-post.js';
import { JsonRpcClient } from './json-rpc-client.js';
import { KamailioCommands } from './kamailio-commands.js';
import { KamailioAnswerError, KamailioRefusedError, KamailioUnreachableError } from './kamailio-errors.js';

type Answer = string | Error | { status: number };

/** A client whose posts are answered by these in turn; `{id}` stands for the id that was asked with. */
function client(answers: Answer[], retries = 0) {
  const asked: string[] = [];
  const post: PostJson = async (_url, body) => {
    asked.push(body);
    const answer = answers[asked.length - 1];
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('not asked for');
    if (typeof answer === 'object') return { status: answer.status, text: '' };
    return { status: 200, text: answer.replace('{id}', String((JSON.parse(body) as { id: number }).id)) };
  };
  const clock = new ManualClock();
  const settings = { url: 'http://10.0.0.5:8060/rpc', post, clock, timeoutMs: 1000, retries, retryDelayMs: 200 };
  return { rpc: new JsonRpcClient(settings), asked, clock };
}

describe('JSON-RPC to Kamailio', () => {
  it('asks with method, parameters and an id, and answers with the result', async () => {
    const { rpc, asked } = client(['{"jsonrpc":"2.0","result":"Ok.","id":{id}}']);
    expect(await rpc.call('dispatcher.add', [1, 'sip:10.0.0.6'])).toBe('Ok.');
    expect(JSON.parse(asked[0]!)).toEqual({
      jsonrpc: '2.0',
      id: 1,
      method: 'dispatcher.add',
      params: [1, 'sip:10.0.0.6'],
    });
  });

  it.each([
    ['no connection', new Error('ECONNREFUSED'), KamailioUnreachableError],
    ['an address that is not allowed', { status: 403 }, KamailioUnreachableError],
    ['words of Kamailio', '{"jsonrpc":"2.0","error":{"code":500,"message":"No"},"id":{id}}', KamailioRefusedError],
    ['no JSON', '<html>', KamailioAnswerError],
    ['JSON that is none of ours', '{"ok":true}', KamailioAnswerError],
    ['an answer for another request', '{"jsonrpc":"2.0","result":1,"id":99}', KamailioAnswerError],
    ['an error that says nothing', '{"jsonrpc":"2.0","error":7,"id":{id}}', KamailioAnswerError],
  ])('tells what is wrong: %s', async (_what, answer, kind) => {
    await expect(client([answer]).rpc.call('core.uptime')).rejects.toBeInstanceOf(kind);
  });

  it('tries again where nothing answered, not where Kamailio refused', async () => {
    const second = client([new Error('gone'), '{"jsonrpc":"2.0","result":1,"id":{id}}'], 1);
    const result = second.rpc.call('core.uptime');
    await expect.poll(() => second.asked.length).toBe(1);
    await expect.poll(() => second.clock.pending).toBe(1);
    second.clock.advance(200);
    expect(await result).toBe(1);
    const refused = client(['{"jsonrpc":"2.0","error":{"code":500,"message":"No"},"id":{id}}'], 1);
    await expect(refused.rpc.call('core.uptime')).rejects.toThrow('core.uptime: No (500)');
    expect(refused.asked).toHaveLength(1);
  });

  it.each([
    ['dispatcher.list', '{"RECORDS":7}', (commands: KamailioCommands) => commands.destinations()],
    [
      'dispatcher.list',
      '{"RECORDS":[{"SET":{"ID":1,"TARGETS":[{"DEST":{"URI":"sip:a","FLAGS":"?"}}]}}]}',
      (commands: KamailioCommands) => commands.destinations(),
    ],
    ['htable.dump', '[{"slot":[{"value":"1"}]}]', (commands: KamailioCommands) => commands.table('ban')],
    ['htable.stats', '[{"name":"known","all":1}]', (commands: KamailioCommands) => commands.size('ban')],
    ['stats.fetch', '{}', (commands: KamailioCommands) => commands.requests()],
  ])('takes no answer of %s that is not as it should be', async (_method, result, ask) => {
    const { rpc } = client([`{"jsonrpc":"2.0","result":${result},"id":{id}}`]);
    await expect(ask(new KamailioCommands(rpc))).rejects.toBeInstanceOf(KamailioAnswerError);
  });
});
