import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DialRequest } from '../../../port/call-engine.js';
import { originateCommand, type Way, waysTo, wayToBinding } from './dial-string.js';

const request = (more: Partial<DialRequest> = {}): DialRequest => ({
  callId: 'CA1',
  target: { kind: 'sip', uri: 'sip:100@192.0.2.1' },
  from: '+14155550100',
  ringTimeoutMs: 20_000,
  ...more,
});
const command = (uri: string, more: Partial<DialRequest> = {}) =>
  originateCommand(
    'internal',
    { uri },
    { channelId: 'id', request: request(more), mediaLossMs: 9_000, withEarlyMedia: true, host: '192.0.2.9' },
  );

describe('a dial string', () => {
  it('says whom to call, as whom, and that the leg waits', () => {
    expect(command('sip:+14155550199@192.0.2.1:5070;transport=tcp')).toBe(
      'originate {origination_uuid=id,origination_caller_id_number=+14155550100,ignore_early_media=false,originate_timeout=25,media_timeout=9000,park_after_bridge=true}sofia/internal/+14155550199@192.0.2.1:5070;transport=tcp &park()',
    );
  });

  it('goes by the front where that has a way there, which it is told', () => {
    const front = { at: '192.0.2.9:5060', wayTo: (uri: string) => (uri.includes('tcp') ? undefined : `<${uri}>`) };
    const variables = {
      channelId: 'id',
      request: request(),
      mediaLossMs: 9_000,
      withEarlyMedia: true,
      host: '192.0.2.9',
    };
    const made = (way: Way) => originateCommand('internal', way, { ...variables, front });
    const way = { uri: 'sip:1@192.0.2.1', through: 'sip:10.0.0.5:5062;lr' };
    expect(made(way)).toContain("sip_h_X-Hookswitch-Way='<sip:10.0.0.5:5062;lr>'");
    expect(made(way)).toContain('sofia/internal/1@192.0.2.1;fs_path=sip:192.0.2.9:5060 &park()');
    expect(made({ uri: 'sip:1@192.0.2.1;transport=tcp' })).not.toContain('Hookswitch');
  });

  it('passes headers, credentials and identity on, and no other headers', () => {
    const target = {
      kind: 'sip',
      uri: 'sip:1@192.0.2.1',
      credentials: { username: 'u', password: "p'}," },
      assertIdentity: true,
    } as const;
    const made = command(target.uri, {
      target,
      headers: { 'X-Case': 'a, b', Subject: 'no' },
      hidden: true,
      maxForwards: 12,
    });
    for (const part of [
      "sip_h_X-Case='a, b'",
      'sip_auth_username=u',
      "sip_auth_password='p,'",
      'sip_cid_type=none',
      "sip_h_P-Asserted-Identity='<sip:+14155550100@192.0.2.9>'",
      'sip_h_Privacy=id',
      'origination_caller_id_number=anonymous',
      'sip_invite_domain=anonymous.invalid',
      'max_forwards=12',
    ]) {
      expect(made).toContain(part);
    }
    expect(made).not.toContain('Subject');
  });

  it('of a hidden caller to whom nobody trusts, or to a phone, has his number and name nowhere', () => {
    for (const target of [
      { kind: 'sip', uri: 'sip:1@192.0.2.1', fromHost: 'us.example' },
      { kind: 'endpoint', endpointId: 'SE1' },
    ] as const) {
      const made = command('sip:1@192.0.2.1', { target, hidden: true, fromDisplayName: 'Jo' });
      expect(made).not.toMatch(/4155550100|Jo/);
      expect(made).toContain('sip_invite_domain=anonymous.invalid');
    }
  });

  it('says who sent the call on, in the form that the target wants', () => {
    const target = { kind: 'sip', uri: 'sip:1@192.0.2.1', diversionForm: 'diversion' } as const;
    const diversions = [{ user: '+14155550122', reason: 'no-answer', times: 1 }] as const;
    expect(command(target.uri, { target, diversions })).toContain(
      "sip_h_Diversion='<sip:+14155550122@192.0.2.9>;reason=no-answer;counter=1'",
    );
  });

  it('stays one string whatever stands in it: nothing ends its braces, its quotes or its line', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (fromDisplayName, from, header) => {
        const made = command('sip:100@192.0.2.1', { from, fromDisplayName, headers: { 'X-A': header } });
        expect(made).toMatch(/^originate \{[^{}[\]\r\n]*\}sofia\/internal\/100@192\.0\.2\.1 &park\(\)$/);
        const inner = made.slice(made.indexOf('{') + 1, made.indexOf('}'));
        expect(
          inner
            .replace(/'[^']*'/g, '')
            .split(',')
            .every((pair) => /^[\w-]+=[\w.@:+*#-]*$/.test(pair)),
        ).toBe(true);
      }),
    );
  });

  it('cannot be left by the user of a URI', () => {
    const made = command("sip:a%2C%5Bb%5D%7C%26park()'%20x@192.0.2.1");
    expect(made.slice(made.indexOf('}sofia'))).toBe('}sofia/internal/a%2C%5Bb%5D%7C%26park()%27%20x@192.0.2.1 &park()');
  });

  it('goes through proxies in order, and past one that is the host itself', () => {
    expect(waysTo('sip:1@a.example', ['sip:b.example:5070', 'sip:a.example:5060'])).toEqual([
      { uri: 'sip:1@a.example', through: 'sip:b.example:5070' },
      { uri: 'sip:1@a.example' },
    ]);
    expect(waysTo('sip:1@a.example', [])).toEqual([{ uri: 'sip:1@a.example' }]);
  });

  it('reaches a phone where it registered from', () => {
    const binding = { contact: 'sip:p@10.0.0.9:5062', node: 'n', callId: 'c', cseq: 1, expiresAt: 0 };
    expect(wayToBinding({ ...binding, received: { address: '198.51.100.4', port: 40_000, transport: 'udp' } })).toEqual(
      {
        uri: binding.contact,
        through: 'sip:198.51.100.4:40000',
      },
    );
    expect(wayToBinding({ ...binding, received: { address: '10.0.0.9', port: 5062, transport: 'udp' } })).toEqual({
      uri: binding.contact,
    });
  });
});
