// Tells an endpoint outside something, signed where it has a secret, through the guard of all outgoing addresses. Takes no decision from the
// answer, and repeats no address: that may be a secret.
import { createHmac } from 'node:crypto';
import { Agent } from 'undici';
import type { TellEndpoint, WebhookEndpoint } from '../../ports/approvals.ts';
import { AddressRefusedError, guardedConnector, type Resolve, systemResolve } from '../http/address-guard.ts';
import type { AllowList } from '../http/allow-list.ts';
import { exchange } from '../http/exchange.ts';

const timeoutMs = 10_000;
const maxAnswerBytes = 4096;

/** What shows who sent it and when: HMAC-SHA256 of `<seconds>.<body>`, hex. */
export const signatureOf = (secret: string, { seconds, body }: { readonly seconds: number; readonly body: string }) =>
  `v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;

/** Makes it. `allow`: what may be reached beyond the public internet. */
export function createTellEndpoint(
  endpoints: readonly WebhookEndpoint[],
  {
    allow,
    nowMs,
    resolve = systemResolve,
  }: { readonly allow: AllowList; readonly nowMs: () => number; readonly resolve?: Resolve },
): TellEndpoint {
  const agent = new Agent({ connect: guardedConnector(allow, resolve), connections: 4, keepAliveTimeout: 4000 });
  return async (name, notice) => {
    const failed = (message: string) => ({ delivered: false, status: null, message });
    const endpoint = endpoints.find((one) => one.name === name);
    if (!endpoint) return failed(`there is no webhook ${name}`);
    const body = JSON.stringify(notice);
    const seconds = Math.floor(nowMs() / 1000);
    const signature =
      endpoint.secret === null
        ? {}
        : {
            'x-firebreak-timestamp': String(seconds),
            'x-firebreak-signature': signatureOf(endpoint.secret, { seconds, body }),
          };
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const { status } = await exchange(
        {
          method: 'POST',
          url: endpoint.url,
          headers: { 'content-type': 'application/json', ...signature },
          body,
          expectStatus: [],
        },
        { agent, signal, maxBytes: maxAnswerBytes, answered: () => undefined },
      );
      const delivered = status >= 200 && status < 300;
      return { delivered, status, message: delivered ? null : `it answered ${status}` };
    } catch (error) {
      if (signal.aborted) return failed('it did not answer in time');
      return failed(
        error instanceof AddressRefusedError
          ? 'its address is refused: allow it under `actions.http.allow`'
          : 'no connection',
      );
    }
  };
}
