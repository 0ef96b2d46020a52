import type { Logger } from '@hookswitch/kernel/logger';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { Speech } from './script-context.js';
import type { RunScript } from './script-runner.js';
import type { ScriptSettings } from './script-settings.js';

/** Tells the caller that something is wrong, as well as it can: a call that cannot be answered or spoken to is left alone. Never rejects. */
export async function apologize(
  call: LiveCall,
  { speech, settings, logger }: { speech: Speech; settings: ScriptSettings; logger: Logger },
  signal: AbortSignal,
  note: RunScript['note'],
): Promise<void> {
  if (signal.aborted) return;
  note({ kind: 'verb', summary: 'The caller hears the apology' });
  try {
    const [sound] = await Promise.all([speech.synthesize(settings.apology, signal), call.answer()]);
    await call.play(sound, { signal });
  } catch (error) {
    if (!signal.aborted) logger.warn({ err: error }, 'the apology could not be spoken');
  }
}
