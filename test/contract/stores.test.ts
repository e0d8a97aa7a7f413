// Holds the stores in PostgreSQL and the ones in memory, which races are played on, to the same promises.
import { describe } from 'vitest';
import { admissionContract } from './admission-contract.ts';
import { correlationContract } from './correlation-contract.ts';
import { deliveryLedgerContract } from './delivery-ledger-contract.ts';
import { eventStoreContract } from './event-store-contract.ts';
import { groupStreamsContract } from './group-streams-contract.ts';
import { runLookupsContract } from './run-lookups-contract.ts';
import { places } from './stores.ts';
import { systemStreamContract } from './system-stream-contract.ts';
import { workerRegistryContract } from './worker-registry-contract.ts';

describe.each(Object.entries(places))('in %s,', (_place, open) => {
  eventStoreContract(open);
  runLookupsContract(open);
  deliveryLedgerContract(open);
  correlationContract(open);
  workerRegistryContract(open);
  admissionContract(open);
  systemStreamContract(open);
  groupStreamsContract(open);
});
