import { KeptOut } from '@hookswitch/api/blacklist/index';
import type { EndCode } from '@hookswitch/api/call-records/call-in-contact';
import type { InboundGate } from '@hookswitch/api/calls/index';
import { contactEvent, inContact, refusedContact } from '@hookswitch/api/contacts/index';
import { callBackScript, rememberedAgent } from '@hookswitch/api/outbound-dialling/index';
import type { Backing } from './backing.js';
import type { Features } from './features.js';

/** What the contact centre says of incoming calls. Where it cannot say, calls come in as if there were none. */
export function composeInboundGate(
  { clock, logger, liveCentre: live, areaOf }: Backing,
  { centre, contacts, people }: Features,
): InboundGate {
  const keptOut = new KeptOut(centre.blacklist, clock);
  const agents = people.agentDirectory;
  const refuse = async (call: Parameters<InboundGate['keepsOut']>[0], endCode: EndCode) => {
    const contact = refusedContact(call, endCode, await areaOf(call.from));
    const events = [contactEvent('contact.started', contact), contactEvent('contact.completed', contact)];
    await contacts.insert(contact, events);
  };
  const whenItCannotSay = (callId: string) => (error: unknown) => {
    logger.error({ err: error, callId }, 'The contact centre could not be asked of an incoming call.');
    return undefined;
  };
  return {
    async keepsOut(call) {
      const { accountId, from, numberId, id } = call;
      const kept = (await keptOut.has(accountId, from, numberId).catch(whenItCannotSay(id))) === true;
      if (!kept) return undefined;
      await refuse(call, 'blackList').catch(whenItCannotSay(id));
      return inContact('inbound', 'blackList');
    },
    async scriptFor(call, script, conclude) {
      const ask = async () => {
        const settings = await centre.centreSettingsOf(call.accountId);
        if (settings.outboundMemory === 'off') return script;
        const withinMs = settings.outboundMemorySeconds * 1000;
        const agent = await rememberedAgent(call.accountId, call.from, withinMs, { contacts, agents, live, clock });
        if (!agent) return script;
        const back = callBackScript(settings, agent, script);
        if (back !== 'end') return back;
        await refuse(call, 'noSeatOnline');
        conclude(inContact('inbound', 'noSeatOnline'));
        return { inline: JSON.stringify([{ verb: 'reject', reason: 'busy' }]) };
      };
      return (await ask().catch(whenItCannotSay(call.id))) ?? script;
    },
  };
}
