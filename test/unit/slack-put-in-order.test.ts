// The order in which messages of one place are put. What fails while something else is waited for is told to whoever put them, and to no one
// else: a rejection that nobody hears of counts as a bug of the process.
import { describe, expect, it } from 'vitest';
import type { Desired } from '../../src/slack/outbound/poster.ts';
import { putInOrder } from '../../src/slack/outbound/put-in-order.ts';

describe('messages that are put in order', () => {
  it('reject where one fails elsewhere before the others are through, and nothing of it is left to nobody', async () => {
    const unheard: unknown[] = [];
    const hear = (error: unknown) => void unheard.push(error);
    process.on('unhandledRejection', hear);
    const later = (turns: number): Promise<void> =>
      turns === 0 ? Promise.resolve() : new Promise((resolve) => setImmediate(() => resolve(later(turns - 1))));
    const message = { text: 'x', blocks: [] };
    const announced: Desired = {
      ...{ key: 'announced/inc_1', lane: 'state', incidentId: 'inc_1', channelId: 'C2', version: 1, message },
    };
    const put = async () => Promise.reject(new Error('Firebreak is stopping'));
    const outbox = { put };
    const wanted = { first: [], opening: [], asking: [], states: [announced], logs: [] };
    const putting = putInOrder(
      { outbox, messages: { refused: async () => undefined }, clock: { sleep: () => later(20) }, log: {} as never },
      { place: { channelId: 'C1', suffix: '' }, wanted, posted: new Set() },
      { overtaken: new AbortController().signal, arrived: later(40) },
    );
    await expect(putting).rejects.toThrow('Firebreak is stopping');
    process.off('unhandledRejection', hear);
    expect(unheard).toEqual([]);
  });
});
