import type { Trunk, TrunkStore } from './trunk.js';

const pageSize = 500;

/** Every enabled trunk of the installation, read a page at a time. */
export async function* enabledTrunks(trunks: Pick<TrunkStore, 'acrossAccounts'>): AsyncGenerator<Trunk> {
  for (let afterId: string | undefined; ; ) {
    const after = afterId === undefined ? {} : { afterId };
    const page = await trunks.acrossAccounts.find({ enabled: true }, { limit: pageSize, ...after });
    yield* page;
    if (page.length < pageSize) return;
    afterId = page.at(-1)!.id;
  }
}
