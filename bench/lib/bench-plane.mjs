// The media plane in a process of its own, so that its CPU can be told from the load's. `media-plane.mjs --plane` is that process.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Resolves once it listens. `ask` has it do one of its commands and resolves to what that answers; after the command `stop` it ends by itself. */
export async function startBenchPlane() {
  const child = fork(fileURLToPath(new URL('../media-plane.mjs', import.meta.url)), ['--plane']);
  // The first message says that the child listens.
  await once(child, 'message');
  let lastId = 0;
  return {
    pid: child.pid,
    async ask(command, value) {
      const id = ++lastId;
      child.send({ id, command, value });
      for (;;) {
        const [answer] = await once(child, 'message');
        if (answer.id === id) return answer.value;
      }
    },
    kill: () => child.kill(),
  };
}
