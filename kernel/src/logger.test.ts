import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createLogger, type Logger } from './logger.js';

/** What one line of a logger says. */
function line(write: (logger: Logger) => void): Record<string, unknown> {
  let text = '';
  const destination = new Writable({
    write(bytes, _encoding, done) {
      text += String(bytes);
      done();
    },
  });
  write(createLogger({ level: 'info', destination }));
  const { level: _, time: __, pid: ___, hostname: ____, name: _____, ...said } = JSON.parse(text);
  return said;
}

describe('createLogger', () => {
  it.each([
    [{ password: 'p' }, { password: '[secret]' }],
    [{ user: { token: 't', name: 'n' } }, { user: { token: '[secret]', name: 'n' } }],
    [{ a: { b: { apiKey: 'k' } } }, { a: { b: { apiKey: '[secret]' } } }],
    [{ list: [1, { secret: 's' }] }, { list: [1, { secret: '[secret]' }] }],
    [{ headers: { authorization: undefined } }, { headers: { authorization: '[secret]' } }],
    [
      { at: new Date(0), none: null, word: 'w' },
      { at: '1970-01-01T00:00:00.000Z', none: null, word: 'w' },
    ],
  ])('hides secrets wherever they stand: %j', (given, said) => {
    const before = structuredClone(given);
    expect(line((logger) => logger.info(given, 'text'))).toEqual({ ...said, msg: 'text' });
    expect(given).toEqual(before);
  });

  it('hides them in errors and in what hangs on them', () => {
    const error = Object.assign(new Error('broken'), { password: 'p', request: { token: 't', path: '/' } });
    const said = line((logger) => logger.error({ err: error }, 'failed')).err;
    expect(said).toMatchObject({ type: 'Error', message: 'broken', password: '[secret]' });
    expect(said).toMatchObject({ request: { token: '[secret]', path: '/' } });
    expect(said).toHaveProperty('stack', expect.stringContaining('logger.test'));
    expect(line((logger) => logger.error(error)).err).toMatchObject({ password: '[secret]' });
  });

  it('hides them in what children are bound to, and in their lines', () => {
    const said = line((logger) =>
      logger
        .child({ callId: 'CA1', secret: 's' })
        .child({ x: { ha1: 'h' } })
        .info({ token: 't' }),
    );
    expect(said).toEqual({ callId: 'CA1', secret: '[secret]', x: { ha1: '[secret]' }, token: '[secret]' });
  });
});
