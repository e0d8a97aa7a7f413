// Defences of deliveries that wait: nobody deals with what another holds, and nothing large takes the rest with it.
import type { Defence } from './defence.ts';

const claims = 'test/contract/intake-claims.test.ts';
const engine = 'test/unit/engine-intake.test.ts';

/** Claims with acceptance, and bounds in bytes. */
export const defences: readonly Defence[] = [
  {
    threat: 'F.2 two processes deal with one integration, and a resolve overtakes its alert',
    defence: 'A delivery is claimed with its acceptance only while nothing of its integration waits or is held.',
    file: 'src/store/intake/accept-deliveries.ts',
    find: 'WHERE CASE WHEN asked THEN intake_is_free(integration, $3::bigint) ELSE false END',
    replace: 'WHERE CASE WHEN asked THEN $3::bigint > 0 ELSE false END',
    test: claims,
    title: 'lets one of two processes claim',
  },
  {
    threat: 'F.2 a woken process acts',
    defence: 'What was accepted as claimed is left alone once its lease is over.',
    file: 'src/engine/alerts/drain-intake.ts',
    find: 'if (parts.runtime.monotonicMs() - claimedAtMs < claimMs) await takeIn(parts, delivery);',
    replace: 'await takeIn(parts, delivery);',
    test: engine,
    title: 'is left to others once its lease is over',
  },
  {
    threat: 'F.5 accepted work that nobody looks for',
    defence: 'What came while a delivery was held is looked for as soon as that one is dealt with.',
    file: 'src/engine/alerts/drain-intake.ts',
    find: 'if (taken.size === 0) parts.wakeups.wakeIntake();',
    replace: '',
    test: engine,
    title: 'is dealt with at once, and what came meanwhile after it',
  },
  {
    threat: 'F.4 many large bodies take the memory',
    defence: 'A claim is bounded in bytes.',
    file: 'src/store/intake/deliveries.ts',
    find: 'f WHERE before < $3',
    replace: 'f WHERE before < $3 + 1e15',
    test: claims,
    title: 'claims no more bytes at once',
  },
  {
    threat: 'F.4 many large bodies make the database refuse all that came with them',
    defence: 'A batch is bounded in bytes.',
    file: 'src/store/postgres/batcher.ts',
    find: 'const isSmall = bytes <= left || batch.length === 0;',
    replace: 'const isSmall = bytes <= left || batch.length >= 0;',
    test: 'test/unit/batcher.test.ts',
    title: 'puts no more bytes into a batch',
  },
];
