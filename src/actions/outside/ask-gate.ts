// Asks a check of an approval, through the guard of all outgoing addresses. Judges no answer, and never waits longer than the check allows.
import { Agent } from 'undici';
import { digestJson } from '../../core/json.ts';
import type { AskGate } from '../../ports/approvals.ts';
import { AddressRefusedError, guardedConnector, type Resolve, systemResolve } from '../http/address-guard.ts';
import type { AllowList } from '../http/allow-list.ts';
import { exchange } from '../http/exchange.ts';

const maxAnswerBytes = 65_536;

/** Makes it. `allow`: what may be reached beyond the public internet. */
export function createAskGate(
  allow: AllowList,
  { resolve = systemResolve }: { readonly resolve?: Resolve } = {},
): AskGate {
  const agent = new Agent({ connect: guardedConnector(allow, resolve), connections: 4, keepAliveTimeout: 4000 });
  return async ({ url, method, timeoutMs }) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const nothing = (message: string) => ({ status: null, body: null, bodyDigest: null, message });
    try {
      const { status, body, truncated } = await exchange(
        {
          method,
          url,
          headers: { accept: 'application/json' },
          body: method === 'POST' ? {} : undefined,
          expectStatus: [],
        },
        { agent, signal, maxBytes: maxAnswerBytes, answered: () => undefined },
      );
      // Half an answer is none: what is cut off may say the opposite.
      if (truncated) return nothing(`its answer is longer than ${maxAnswerBytes} bytes`);
      return { status, body, bodyDigest: digestJson(body), message: null };
    } catch (error) {
      if (signal.aborted) return nothing(`no answer within ${timeoutMs} ms`);
      return nothing(
        error instanceof AddressRefusedError
          ? 'its address is refused: allow it under `actions.http.allow`'
          : 'no connection',
      );
    }
  };
}
