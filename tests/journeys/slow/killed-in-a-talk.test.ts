import { describe, expect, it } from 'vitest';
import { type ContactView, useCentre } from '../contact-centre/centre.js';
import { FlowCentre } from '../flows/flow-centre.js';
import { ThreeProcesses } from '../three-processes.js';

const options = { name: 'killed_in_a_talk', redisDatabase: 57 } as const;
const processes = new ThreeProcesses(options);
const on = useCentre(options, () => processes.start());

describe('a contact centre whose calls are killed', () => {
  it('each contact ends once, with a reason; its agent works on afterwards', { timeout: 240_000 }, async () => {
    const { centre } = on;
    await centre.settings({ afterCallWorkSeconds: 0 });
    const group = await centre.group();
    const agent = await centre.agent([group]);
    const line = await centre.line(group);
    const talking = await centre.call(line);
    await agent.answers();
    await talking.call.media.hears('agent');
    const waiting = await centre.waits(line);
    const flows = new FlowCentre(centre);
    const announcement = { id: 'end', kind: 'end', prompts: [await flows.tone('prompt', 100)] };
    const inFlow = await flows.call(await flows.line([announcement]));
    await inFlow.call.media.hears('prompt');
    await processes.kill('calls');
    const completed = (contactId: string) =>
      centre.world.eventually(
        'the contact to end',
        async () =>
          (centre.world.sink.events as unknown as { type: string; data: { contact: ContactView } }[]).find(
            ({ type, data }) => type === 'contact.completed' && data.contact.id === contactId,
          ),
        90_000,
      );
    const lost = [talking.contactId, waiting.contactId, inFlow.contactId];
    const ended = await Promise.all(lost.map(completed));
    for (const { data } of ended) expect(data.contact).toMatchObject({ endCode: 'error', endedBy: 'system' });
    const { participants } = ended[0]!.data.contact;
    expect(participants.map(({ endCode }) => endCode)).toEqual(['error', 'error']);
    expect((await agent.event('sessionEnded')).data).toMatchObject({ sessionId: talking.contactId, closeBy: 'timer' });
    await agent.event('sessionCompleted');
    await agent.is('free');
    await processes.startAgain('calls');
    await agent.phone.register();
    const next = await centre.call(line);
    await agent.answers();
    await next.call.media.hears('agent');
    const { items } = await centre.world.api.get<{ items: { data: { contact: ContactView } }[] }>(
      '/v1/events?type=contact.completed&limit=100',
    );
    expect(items.map(({ data }) => data.contact.id).sort()).toEqual(lost.sort());
  });
});
