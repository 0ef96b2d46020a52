// A contact centre on the platform of a bench: agents whose phones are in this process, and customers who call.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { TonePhone } from '../../tests/dist/peers/tone-phone/tone-phone.js';
import { startBenchPlatform } from './bench-platform.mjs';
import { sleep } from './measure.mjs';

export async function startBenchCentre(settings = {}) {
  const backend = await startBackend();
  const bench = await startBenchPlatform({ backendUrl: backend.url, settings });
  const { api, platform } = bench;
  const phones = [];
  await api.patch(`/v1/accounts/${platform.firstAccount.accountId}`, { edition: 'premium' });
  await api.patch('/v1/contact-centre', { afterCallWorkSeconds: 0 });
  const open = async (options) => {
    const phone = await TonePhone.open({ server: platform.sip, ...options });
    phones.push(phone);
    return phone;
  };
  let lines = 0;

  return {
    api,
    platform,
    group: (more = {}) => api.post('/v1/skill-groups', { name: `Group ${randomUUID()}`, ...more }),

    /** An agent who is online, whose phone has that tone. */
    async agent(party, more = {}) {
      const username = `seat-${randomUUID()}`;
      const { endpoint, password } = await api.post('/v1/endpoints', { username });
      const phone = await open({ user: username, password, party });
      const { status } = await phone.register();
      if (status !== 200) throw new Error(`the phone could not register: ${status}`);
      const { agents, errors } = await api.post('/v1/agents', {
        agents: [
          {
            email: `${username}@example.com`,
            name: username,
            staffNumber: username.slice(5, 15),
            endpointId: endpoint.id,
            ...more,
          },
        ],
      });
      if (errors.length > 0) throw new Error(JSON.stringify(errors));
      const { id } = agents[0];
      await api.post(`/v1/agents/${id}/status`, { status: 'online' });
      const rings = () => phone.nextCall();
      return {
        id,
        phone,
        rings,
        async answers() {
          const call = await rings();
          await call.answer();
          return call;
        },
        async isFree() {
          while ((await api.get(`/v1/agents/${id}/status`)).status !== 'free') await sleep(5);
        },
      };
    },

    /** A number whose callers wait for that group. */
    async line(group) {
      const at = ++lines;
      const path = `/line-${at}`;
      backend.script(path, [{ verb: 'enqueue', skillGroup: group.id, whenNoSeat: 'wait' }]);
      const { id } = await api.post('/v1/applications', { name: path, scriptUrl: `${backend.url}${path}` });
      const number = `+155503${String(at).padStart(2, '0')}`;
      await api.post('/v1/numbers', { number, applicationId: id });
      return { number, path };
    },

    /** A customer calls; resolves once the script was asked for. */
    async call({ number, path }) {
      const phone = await open({ user: `+49301${String(phones.length).padStart(6, '0')}`, party: 'caller' });
      const asked = backend.next(path);
      const call = await phone.dial(number);
      const [{ call: view }] = await Promise.all([asked, call.answered()]);
      return { call, phone, contactId: view.contactId };
    },

    async stop() {
      for (const phone of phones) phone.close();
      await bench.stop();
      backend.close();
    },
  };
}

async function startBackend() {
  const scripts = new Map();
  const waiting = new Map();
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (bytes) => (text += bytes));
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(scripts.get(request.url) ?? '[]');
      waiting.get(request.url)?.shift()?.(JSON.parse(text));
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    script: (path, verbs) => scripts.set(path, JSON.stringify(verbs)),
    /** The next request for that path. */
    next: (path) =>
      new Promise((resolve) => {
        waiting.set(path, [...(waiting.get(path) ?? []), resolve]);
      }),
    close: () => server.close(),
  };
}
