// Pings the target of a dead-man's switch, through the guard of all outgoing addresses. Decides nothing, and never waits longer than its limit.
import { Agent } from 'undici';
import type { DeadManEntry } from '../../core/dead-man/entry.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { formatDuration } from '../../core/time.ts';
import { AddressRefusedError, guardedConnector, type Resolve, systemResolve } from '../http/address-guard.ts';
import type { AllowList } from '../http/allow-list.ts';
import { exchange } from '../http/exchange.ts';

const timeoutMs = 5000;
const maxAnswerBytes = 4096;

/** Makes it. `allow`: what may be reached beyond the public internet. The error names no address: that may be a secret. */
export function createPing(
  allow: AllowList,
  { resolve = systemResolve, limitMs = timeoutMs }: { readonly resolve?: Resolve; readonly limitMs?: number } = {},
): (entry: Pick<DeadManEntry, 'url' | 'method'>) => Promise<Result<null, string>> {
  const agent = new Agent({ connect: guardedConnector(allow, resolve), connections: 4, keepAliveTimeout: 4000 });
  return async ({ url, method }) => {
    const signal = AbortSignal.timeout(limitMs);
    try {
      const { status } = await exchange(
        { method, url, headers: {}, body: method === 'POST' ? '' : undefined, expectStatus: [] },
        { agent, signal, maxBytes: maxAnswerBytes, answered: () => undefined },
      );
      return status >= 200 && status < 300 ? ok(null) : err(`it answered ${status}`);
    } catch (error) {
      if (signal.aborted) return err(`it did not answer within ${formatDuration(limitMs)}`);
      return err(
        error instanceof AddressRefusedError
          ? 'its address is refused: allow it under `actions.http.allow`'
          : 'no connection',
      );
    }
  };
}
