// The certificates that Amazon SNS signs with: fetched from AWS, kept for a day. Decides nothing about addresses; message.ts does.
import { X509Certificate } from 'node:crypto';
import { err, ok, type Result } from '../../core/result.ts';

/** What an address answered; its text is cut at the bound. Rejects where nothing answered in time. */
export type Get = (url: string) => Promise<{ readonly status: number; readonly text: string }>;

const keepForMs = 24 * 3_600_000;
/** A wrong certificate is asked for once in this time. */
const refusedForMs = 60_000;
const maxKept = 32;
const maxBytes = 64 * 1024;
const timeoutMs = 5000;

/** A GET that follows no redirect and reads little. */
export const getText: Get = async (url) => {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
  let text = '';
  let bytes = 0;
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`AWS answered with more than ${maxBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return { status: response.status, text };
};

type Found = Result<X509Certificate, string>;

/** Certificates by their address. The error is a refusal; rejects where AWS could not be reached, so that the sender tries again. */
export function createCertificates(get: Get): (url: string, nowMs: number) => Promise<Found> {
  const kept = new Map<string, { readonly found: Promise<Found>; untilMs: number }>();
  return async (url, nowMs) => {
    const known = kept.get(url);
    if (known !== undefined && nowMs < known.untilMs) return checked(await known.found, nowMs);
    if (kept.size >= maxKept)
      for (const oldest of [...kept.keys()].slice(0, kept.size - maxKept + 1)) kept.delete(oldest);
    const entry = { found: fetched(get, url), untilMs: nowMs + keepForMs };
    kept.set(url, entry);
    try {
      const found = await entry.found;
      if (!found.ok) entry.untilMs = nowMs + refusedForMs;
      return checked(found, nowMs);
    } catch (error) {
      kept.delete(url);
      throw new Error('the certificate of an SNS message could not be fetched from AWS', { cause: error });
    }
  };
}

async function fetched(get: Get, url: string): Promise<Found> {
  const { status, text } = await get(url);
  if (status >= 500 || status === 429) throw new Error(`AWS answered ${status}`);
  if (status !== 200) return err('AWS has no certificate at SigningCertURL');
  try {
    const certificate = new X509Certificate(text);
    return certificate.publicKey.asymmetricKeyType === 'rsa'
      ? ok(certificate)
      : err('the certificate holds no RSA key');
  } catch {
    return err('what stands at SigningCertURL is no certificate');
  }
}

function checked(found: Found, nowMs: number): Found {
  if (!found.ok) return found;
  const { validFrom, validTo } = found.value;
  return nowMs >= Date.parse(validFrom) && nowMs <= Date.parse(validTo)
    ? found
    : err('the certificate at SigningCertURL is not valid now');
}
