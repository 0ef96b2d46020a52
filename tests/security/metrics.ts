import type { PlatformProcess } from '../installation/platform-process.js';

/** The value of one line of `/metrics`, such as `process_open_fds` or `hookswitch_engine_open{kind="dialogs"}`. */
export async function metric(platform: PlatformProcess, line: string): Promise<number> {
  const text = await (await fetch(`${platform.httpUrl}/metrics`)).text();
  const found = text.split('\n').find((each) => each.startsWith(`${line} `));
  if (found === undefined) throw new Error(`/metrics has no line ${line}`);
  return Number(found.slice(line.length + 1));
}

/** What is open in the engine. */
export function openInEngine(platform: PlatformProcess, kind: string): Promise<number> {
  return metric(platform, `hookswitch_engine_open{kind="${kind}"}`);
}
