// Makes a small contact centre by API: two groups, three agents with a SIP phone each, and a number. Prints what to register the phones with.
const {
  API = 'http://127.0.0.1:8080',
  KEY = '',
  NUMBER = '+15550110',
  BACKEND = 'http://127.0.0.1:3000/',
} = process.env;

async function post<T>(path: string, body: unknown, method = 'POST'): Promise<T> {
  const response = await fetch(`${API}/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer as T;
}

// Nobody is rung for more than 20 s, and after a call there is 1 s to put the receiver down.
await post('contact-centre', { ringTimeoutSeconds: 20, afterCallWorkSeconds: 1 }, 'PATCH');

const orders = await post<{ id: string }>('skill-groups', { name: 'Orders', strategy: 'longestIdle' });
const repairs = await post<{ id: string }>('skill-groups', {
  name: 'Repairs',
  strategy: 'priority',
  lastServedFirst: true,
  // After half a minute Orders helps out.
  overflow: [{ afterSeconds: 30, skillGroupId: orders.id }],
});

const people = [
  { name: 'Ann', groups: [{ skillGroupId: orders.id }] },
  { name: 'Ben', groups: [{ skillGroupId: orders.id }, { skillGroupId: repairs.id, priority: 5 }] },
  { name: 'Cid', groups: [{ skillGroupId: repairs.id, priority: 1 }] },
];
for (const [index, { name, groups }] of people.entries()) {
  const username = `seat-${name.toLowerCase()}`;
  const { endpoint, password } = await post<{ endpoint: { id: string }; password: string }>('endpoints', { username });
  const { agents, errors } = await post<{ agents: { id: string }[]; errors: unknown[] }>('agents', {
    sendPassword: false,
    agents: [
      {
        name,
        email: `${name.toLowerCase()}@small-centre.example`,
        staffNumber: `small-${index + 1}`,
        endpointId: endpoint.id,
        skillGroups: groups,
      },
    ],
  });
  const [agent] = agents;
  if (!agent) throw new Error(JSON.stringify(errors));
  await post(`agents/${agent.id}/status`, { status: 'online' });
  console.log(`${name} ${agent.id}: register ${username} with the password ${password}`);
}

const application = await post<{ id: string }>('applications', { name: 'Small centre', scriptUrl: BACKEND });
await post('numbers', { number: NUMBER, applicationId: application.id });
console.log(`ready: call ${NUMBER}`);
