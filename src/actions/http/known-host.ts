// Hosts that can be seen to be out of reach before anything is sent: addresses, and names for this machine. Resolves no name.
import { isIP } from 'node:net';
import type { Json } from '../../core/json.ts';
import type { InputFault } from '../../spi/action.ts';
import { member } from '../words.ts';
import { refusal } from './address-guard.ts';
import { type AllowList, allowedOn } from './allow-list.ts';

/** Why a URL cannot be reached, as far as its host is written out and is an address or this machine's own name. */
export function refusedHost(allow: AllowList, input: Json): readonly InputFault[] {
  const url = member(input, 'url');
  if (typeof url !== 'string') return [];
  const known = url.split('${{')[0] ?? '';
  // An expression within the host, or a port that is not whole, says nothing yet.
  if (known !== url && !/^https?:\/\/[^/?#]+[/?#]/i.test(known)) return [];
  if (!URL.canParse(known)) return [];
  const { hostname, port, protocol } = new URL(known);
  const host = hostname.replace(/^\[|\]$/g, '');
  const isOwn = /(?:^|\.)localhost\.?$/.test(host);
  if (!isOwn && isIP(host) === 0) return [];
  const refused = refusal(
    host,
    isOwn ? ['127.0.0.1'] : [host],
    allowedOn(allow, Number(port || (protocol === 'https:' ? 443 : 80))),
  );
  return refused ? [{ path: ['url'], message: refused.message }] : [];
}
