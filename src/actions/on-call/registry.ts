// Every provider that knows who is on call. One more is one file and one line here.
import type { OnCallProvider } from '../../spi/on-call.ts';
import { opsgenie } from './opsgenie.ts';
import { pagerduty } from './pagerduty.ts';

/** By their keys in firebreak.yaml. */
export const onCallProviders: ReadonlyMap<string, OnCallProvider> = new Map(
  [pagerduty, opsgenie].map((provider) => [provider.id, provider]),
);
