import { execFile, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const verify = fileURLToPath(new URL('../../../examples/verify/', import.meta.url));
const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const other = `whsec_${Buffer.alloc(32, 6).toString('base64')}`;
const body = '{"call":{"from":"+15550100","fromDisplayName":"Ägidius"}}';

/** Programs that read `{body, headers, secret}` from a file and end with 0 where the signature is right. */
const languages = {
  python3: {
    file: 'verify.py',
    program: 'main.py',
    text: `import json, sys
from verify import verify
given = json.load(open(sys.argv[1]))
verify(given["body"].encode(), given["headers"], given["secret"])
`,
    build: () => undefined,
    command: (folder: string, input: string) => ['python3', join(folder, 'main.py'), input],
  },
  go: {
    file: 'verify.go',
    program: 'command/main.go',
    text: `package main
import ("encoding/json"; "net/http"; "os"; "verify")
func main() {
	var given struct { Body, Secret string; Headers map[string]string }
	text, _ := os.ReadFile(os.Args[1])
	if json.Unmarshal(text, &given) != nil { os.Exit(2) }
	headers := http.Header{}
	for name, value := range given.Headers { headers.Set(name, value) }
	if verify.Verify([]byte(given.Body), headers, given.Secret) != nil { os.Exit(1) }
}
`,
    build: (folder: string) => spawnSync('go', ['build', '-C', folder, '-o', 'program', './command']),
    command: (folder: string, input: string) => [join(folder, 'program'), input],
  },
};

const installed = (Object.keys(languages) as (keyof typeof languages)[]).filter(
  (name) => spawnSync(name, ['--help']).error === undefined,
);

describe.each(installed)('the signature check in %s', (name) => {
  const { file, program, text, build, command } = languages[name];
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hookswitch-verify-'));
    copyFileSync(verify + file, join(folder, file));
    mkdirSync(join(folder, 'command'));
    writeFileSync(join(folder, program), text);
    writeFileSync(join(folder, 'go.mod'), 'module verify\n\ngo 1.19\n');
    const built = build(folder);
    expect(built?.status ?? 0, String(built?.stderr)).toBe(0);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Whether it takes a request of now, with these things changed. */
  async function takes(change: { body?: string; secret?: string; at?: Date; signedBy?: readonly string[] }) {
    const at = change.at ?? new Date();
    const signatures = (change.signedBy ?? [secret]).map((one) => new Webhook(one).sign('msg_1', at, body));
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': signatures.join(' '),
    };
    const input = join(folder, 'given.json');
    writeFileSync(input, JSON.stringify({ body: change.body ?? body, headers, secret: change.secret ?? secret }));
    const [first, ...rest] = command(folder, input);
    return new Promise<boolean>((resolve) => execFile(first!, rest, (error) => resolve(error === null)));
  }

  it('takes what we sign, and nothing else', async () => {
    expect(await takes({})).toBe(true);
    expect(await takes({ signedBy: [other, secret] })).toBe(true);
    expect(await takes({ signedBy: [other] })).toBe(false);
    expect(await takes({ secret: other })).toBe(false);
    expect(await takes({ body: body.replace('0100', '0101') })).toBe(false);
    expect(await takes({ at: new Date(Date.now() - 400_000) })).toBe(false);
  });
});
