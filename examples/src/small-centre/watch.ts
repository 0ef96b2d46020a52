// Prints what happens in the contact centre, as it happens. A client that was cut off goes on after the last event it had.
const { API = 'http://127.0.0.1:8080', KEY = '' } = process.env;

let last: string | undefined;
for (;;) {
  try {
    await follow();
  } catch (error) {
    console.error(`${error}; connecting again`);
  }
  await new Promise((resolve) => setTimeout(resolve, 1000));
}

/** Reads server-sent events until the connection ends. */
async function follow(): Promise<void> {
  const resume = last === undefined ? {} : { 'last-event-id': last };
  const response = await fetch(`${API}/v1/contact-centre/events`, {
    headers: { authorization: `Bearer ${KEY}`, ...resume },
  });
  if (!response.ok || !response.body) throw new Error(await response.text());
  let text = '';
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (text + piece).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const type = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      last = /^id: (.*)$/m.exec(block)?.[1] ?? last;
      if (type && data) console.log(type, data);
    }
  }
}
