// A stored delivery read once more, with the sources and integrations of today. Proves nothing anew: that was done when it came.

import { err, ok } from '../../core/result.ts';
import type { Remap } from '../../ports/intake.ts';
import type { Log } from '../../ports/runtime.ts';
import type { Integration, Source } from '../../spi/source.ts';
import { keptQuery } from './kept-query.ts';
import { faultText, understand } from './understand.ts';

/** Makes the function that reads stored deliveries. */
export function createRemap({
  sources,
  integrations,
  log,
}: {
  readonly sources: ReadonlyMap<string, Source>;
  readonly integrations: readonly Integration[];
  readonly log: Log;
}): Remap {
  return ({ source: id, integration: name, headers, body, receivedAt }) => {
    const source = sources.get(id);
    const integration = integrations.find((one) => one.name === name && one.source === id);
    if (!source || !integration)
      return err(`the configuration has no integration ${name} of the source ${id} any more`);
    // The body was decoded when it came.
    const understood = understand({
      source,
      headers,
      query: keptQuery(headers),
      raw: body,
      integration,
      receivedAt,
      log,
    });
    return understood.ok ? ok(understood.value.alerts) : err(faultText(understood.error));
  };
}
