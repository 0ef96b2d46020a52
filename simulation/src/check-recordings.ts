import type { Call } from '@hookswitch/api/call-records/index';
import { type Recording, recordingCollection } from '@hookswitch/api/recordings/index';
import { toldByOthers } from './check-calls.js';
import type { Violation } from './violation.js';
import type { World } from './world.js';

const toleranceMs = 100;

/** What must hold of recordings once all is quiet: each ended, told its call so once, and its file is as long as it says. */
export async function checkRecordings(world: World): Promise<Violation[]> {
  const { accountId } = world.installation;
  const recordings = await world.dataCentre.stores
    .collection(recordingCollection)
    .acrossAccounts.find({}, { limit: 10_000 });
  const found: Violation[] = [];
  for (const recording of recordings) {
    const { id, callId, status } = recording;
    const say = (text: string) => void found.push({ callId, about: id, text: `recording ${id} ${text}` });
    const events = await world.dataCentre.stores.events.list(accountId, { subjectId: callId }, { limit: 10_000 });
    const about = events.filter(({ payload }) => payload.includes(id) && payload.includes('"recording":{'));
    const count = (type: string) => about.filter((event) => event.type === type).length;
    if (status !== 'available' && status !== 'absent' && status !== 'failed') {
      say(`is still ${status}`);
      continue;
    }
    if (status === 'failed' && !world.shaky && world.killed.length === 0) say('failed');
    if (recording.hasUntold) say('has events that were never told');
    if (count('recording.started') !== 1) say(`started ${count('recording.started')} times`);
    const ends = count('recording.available') + count('recording.absent') + count('recording.failed');
    if (ends !== 1 || count(`recording.${status}`) !== 1) say(`has ${ends} last events, and is ${status}`);
    const call = await world.calls.find(callId);
    if (!call?.recordingIds.includes(id)) say('is not listed on its call');
    if (status !== 'failed' && world.dataCentre.disk.paths.includes(recording.capturePath))
      say('left its capture behind');
    if (status === 'available') await checkFile(world, recording, call, say);
  }
  return found;
}

async function checkFile(
  { dataCentre, clocksSet, sound }: World,
  recording: Recording,
  call: Pick<Call, 'createdAt' | 'endedAt' | 'termination'> | undefined,
  say: (text: string) => void,
): Promise<void> {
  const wav = recording.files.find(({ format }) => format === 'wav');
  const size = wav && (await dataCentre.objects.size(wav.key));
  if (!wav || size === undefined) return say('has no WAV');
  if (size !== wav.sizeBytes) say('is not as large as it says');
  const ms = ((size - 44) / (2 * recording.channels) / 8000) * 1000;
  const saidMs = (recording.durationSeconds ?? 0) * 1000;
  if (Math.abs(ms - saidMs) > toleranceMs) say(`lasts ${ms} ms and says ${saidMs}`);
  // Its times are of two clocks: another process ended the call, or went on with it.
  if (clocksSet > 0 && (sound || toldByOthers.includes(call?.termination?.reason))) return;
  const callMs = (call?.endedAt ?? 0) - (call?.createdAt ?? 0);
  if (ms > callMs + toleranceMs) say(`lasts ${ms} ms, longer than its call of ${callMs}`);
}
