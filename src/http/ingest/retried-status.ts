// What a sender is answered that it should come again: a status after which it does.
import type { Source } from '../../spi/source.ts';

/** In the order in which they are tried where the one that fits best is not retried. */
const others = [503, 429, 504, 408] as const;
type Status = (typeof others)[number];

const covers = (retried: Source['retriesOn'][number], status: Status): boolean =>
  retried === status || (retried === '4xx' && status < 500) || (retried === '5xx' && status >= 500);

/** `best` if the source's sender sends again after it, else another status after which it does; 503 where none is known. */
export function retriedStatus({ retriesOn }: Pick<Source, 'retriesOn'>, best: Status): Status {
  return [best, ...others].find((status) => retriesOn.some((one) => covers(one, status))) ?? 503;
}
