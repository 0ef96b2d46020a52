import { describe, expect, it } from 'vitest';
import { flowCall } from '../flow-call.fixture.js';

const end = { id: 'end', kind: 'end' };
const say = (id: string, more: object, next = 'end') => ({
  id,
  kind: 'say',
  text: 'Twenty letters long.',
  exits: { next },
  ...more,
});
const menu = {
  id: 'menu',
  kind: 'menu',
  prompts: [{ verb: 'say', text: 'Press a key, please.' }],
  keys: [{ key: '1', label: 'One', next: 'end' }],
};
const audioId = `AU${'1'.repeat(32)}`;
const beep = { kind: 'audio', key: 'beep', sampleRate: 8000, samples: new Int16Array(8000) } as const;

describe('say', () => {
  it('IVR-05 is heard as often as it says, and then the next node', async () => {
    const call = await flowCall({
      nodes: [say('twice', { plays: 2 }, 'after'), say('after', { text: 'After.' }), end],
    });
    await call.advance(1990);
    expect(call.path).toEqual(['start', 'twice']);
    await call.advance(1000);
    const [twice] = call.caller.heard;
    expect(twice!.endedAt! - twice!.startedAt).toBe(2000);
    expect(call.heard).toEqual(['Twenty letters long.', 'After.']);
  });

  it('IVR-04 stops at once at a key, which counts for the node that follows', async () => {
    const call = await flowCall({ nodes: [say('hello', {}, 'menu'), menu, end] });
    await call.advance(300);
    call.caller.press('1');
    await call.advance(10);
    expect(call.heard).toEqual(['Twenty letters long.']);
    expect(call.path).toEqual(['start', 'hello', 'menu', 'end']);
  });

  it('IVR-04 plays to its end where it may not be interrupted, and what was pressed meanwhile is dropped', async () => {
    const call = await flowCall({ nodes: [say('hello', { interruptible: false }, 'menu'), menu, end] });
    await call.advance(300);
    call.caller.press('1');
    await call.advance(600);
    expect(call.path).toEqual(['start', 'hello']);
    await call.advance(300);
    expect(call.path).toEqual(['start', 'hello', 'menu']);
    await call.advance(3000);
    expect(call.path).toEqual(['start', 'hello', 'menu']);
  });

  it('speaks the flow’s language, and a voice and language of its own', async () => {
    const call = await flowCall({
      language: 'de-DE',
      nodes: [
        say('first', { text: 'Hallo.' }, 'second'),
        say('second', { text: '你好', language: 'cmn-CN', voice: 'Mei' }),
        end,
      ],
    });
    await call.advance(3000);
    expect(call.heard).toEqual(['speech:de-DE:Hallo.', 'speech:cmn-CN/Mei:你好']);
  });

  it('IVR-02 speaks the values of variables, and what a value holds as it is', async () => {
    const call = await flowCall({
      variables: { name: '${tier}', tier: 'gold' },
      nodes: [say('hello', { text: 'Welcome, ${name}, from ${SystemCallerNumber}.${nothing}' }), end],
    });
    await call.advance(5000);
    expect(call.heard).toEqual(['Welcome, ${tier}, from +4930111.']);
    expect(call.flowEvents('unset').map(({ name }) => name)).toEqual(['nothing']);
  });

  it('says nothing where its text comes to nothing', async () => {
    const call = await flowCall({ nodes: [say('empty', { text: '${nothing}' }), end] });
    await call.advance(0);
    expect([call.heard, call.end]).toEqual([[], { kind: 'finished' }]);
  });
});

describe('play', () => {
  it('IVR-03 plays an audio of the account, as often as it says', async () => {
    const call = await flowCall({
      audio: { [audioId]: beep },
      nodes: [{ id: 'jingle', kind: 'play', audioId, plays: 2, exits: { next: 'end' } }, end],
    });
    await call.advance(1500);
    expect(call.end).toBeUndefined();
    await call.advance(600);
    expect([call.heard, call.end]).toEqual([['beep'], { kind: 'finished' }]);
  });

  it('plays from an address, with variables percent-encoded in it', async () => {
    const url = 'https://audio.example/a%20b%26c.wav';
    const call = await flowCall({
      audio: { [url]: beep },
      variables: { name: 'a b&c' },
      nodes: [{ id: 'jingle', kind: 'play', url: 'https://audio.example/${name}.wav', exits: { next: 'end' } }, end],
    });
    await call.advance(2000);
    expect(call.heard).toEqual(['beep']);
  });

  it.each([
    ['an audio that was deleted', { audioId }, 'audio-unavailable'],
    ['an address that is none', { url: '${nothing}' }, 'flow-bad-address'],
    ['an address of another scheme', { url: 'file:///etc/passwd' }, 'flow-bad-address'],
  ])('apologises and hangs up for %s', async (_what, source, code) => {
    const call = await flowCall({ nodes: [{ id: 'jingle', kind: 'play', ...source, exits: { next: 'end' } }, end] });
    await call.advance(10_000);
    expect([call.end, call.caller.status]).toEqual([{ kind: 'failed', code }, 'ended']);
  });
});

describe('end', () => {
  it('says good-bye before it hangs up, whatever is pressed', async () => {
    const call = await flowCall({ nodes: [{ ...end, prompts: [{ verb: 'say', text: 'Good-bye now.' }] }] });
    call.caller.press('1');
    await call.advance(500);
    expect(call.caller.status).toBe('answered');
    await call.advance(1000);
    expect([call.heard, call.caller.status]).toEqual([['Good-bye now.'], 'ended']);
  });
});
