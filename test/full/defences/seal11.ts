// Defences of the seal where something was taken out of the record.
import type { Defence } from './defence.ts';

const test = 'test/unit/bundle-in-browser.test.ts';
const file = 'src/core/timeline/vouched-chain.ts';

export const defences: readonly Defence[] = [
  {
    threat: 'an entry is edited, and the redaction that is brought along is made to fit',
    defence: 'A redaction that does not match its own hash vouches for nothing.',
    file,
    find: ' || contentHash(event) !== event.hash,',
    replace: ',',
    test,
  },
  {
    threat: 'any event of another stream is brought along as a redaction',
    defence: 'Only redactions of the system stream vouch.',
    file,
    find: 'event.streamId !== systemStreamId || ',
    replace: '',
    test,
  },
];
