// Under which name passkeys count here, by how people reach this Firebreak. Pure.
import type { StepUpSite } from './assertion.ts';

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/**
 * The site of a public URL; null: browsers let no passkey count there, because it is an address or comes over plain HTTP. This machine
 * itself counts as `localhost`, which is a name.
 */
export function siteOf(publicUrl: string): StepUpSite | null {
  if (!URL.canParse(publicUrl)) return null;
  const { protocol, hostname, port, origin } = new URL(publicUrl);
  const at = port === '' ? '' : `:${port}`;
  if (loopback.has(hostname)) return { rpId: 'localhost', origin: `${protocol}//localhost${at}` };
  const isAddress = /^[\d.]+$/.test(hostname) || hostname.startsWith('[');
  return protocol === 'https:' && !isAddress ? { rpId: hostname, origin } : null;
}

/** What is said where there is none. */
export const noSite =
  'passkeys count only under a name over https, or on this machine as localhost; set FIREBREAK_PUBLIC_URL to such an address';
