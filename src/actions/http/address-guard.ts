// Which addresses an outgoing request may reach. A name is resolved here, once, and the connection goes to what was checked:
// a name that answers differently the second time gains nothing.
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { buildConnector } from 'undici';
import { z } from 'zod';

/** A host name (`*.example.com` for subdomains), an address or a CIDR block that may be reached though it is not public. */
export const AllowEntry = z
  .string()
  .refine(
    (text) => isIP(text) !== 0 || ipaddr.isValidCIDR(text) || /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i.test(text),
    'must be a host name, *.domain, an address or a CIDR block; no scheme, port or path',
  );
/** What may be reached, as the settings name it. */
export type AllowList = readonly z.output<typeof AllowEntry>[];

/** An address may not be reached; the message names the address and what would allow it. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';
}

/** No connection came about, so nothing was sent. */
export class NotConnectedError extends Error {
  override readonly name = 'NotConnectedError';
  readonly code: string;
  constructor(cause: Error) {
    const code = 'code' in cause ? String(cause.code) : 'not_connected';
    super(cause.message || code, { cause });
    this.code = code;
  }
}

/** Resolves a name to addresses; tests bring their own. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** The system's resolver. */
export const systemResolve: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

/** What IPv6 gives to the public; everything outside is special, and much of it stands for an IPv4 address. */
const globalIpv6 = ipaddr.IPv6.parseCIDR('2000::/3');
/** Azure's virtual machines are told their secrets at this address, which looks public. */
const azureHost = '168.63.129.16';

/** True for an address anybody on the internet may have. */
function isPublic(address: string): boolean {
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast' || parsed.toString() === azureHost) return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(globalIpv6);
}

function hostAllowed(host: string, allow: AllowList): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return allow.some((entry) => {
    const rule = entry.toLowerCase();
    return rule.startsWith('*.') ? name.endsWith(rule.slice(1)) : name === rule;
  });
}

function addressAllowed(address: string, allow: AllowList): boolean {
  const parsed = ipaddr.process(address);
  return allow.some((entry) => {
    if (isIP(entry) !== 0) return ipaddr.process(entry).toString() === parsed.toString();
    if (!ipaddr.isValidCIDR(entry)) return false;
    const [range, bits] = ipaddr.parseCIDR(entry);
    return range.kind() === parsed.kind() && parsed.match(range, bits);
  });
}

/** Why the host may not be reached at these addresses; null if it may. One bad address spoils the name. */
export function refusal(host: string, addresses: readonly string[], allow: AllowList): AddressRefusedError | null {
  if (addresses.length === 0) return new AddressRefusedError(`${host} has no address`);
  if (hostAllowed(host, allow)) return null;
  const bad = addresses.find((address) => !isPublic(address) && !addressAllowed(address, allow));
  if (bad === undefined) return null;
  const what = bad === host ? host : `${host} is ${bad}, which`;
  return new AddressRefusedError(
    `${what} is not a public address; to allow it, add the host or its block to actions.http.allow`,
  );
}

/** A connector for undici that reaches checked addresses only, redirects included. Fails with `NotConnectedError` or `AddressRefusedError`. */
export function guardedConnector(allow: AllowList, resolve: Resolve): buildConnector.connector {
  const checkedLookup: LookupFunction = (host, _options, callback) => {
    resolve(host).then(
      (addresses) => {
        const refused = refusal(host, addresses, allow);
        if (refused) callback(refused, []);
        else
          callback(
            null,
            addresses.map((address) => ({ address, family: isIP(address) })),
          );
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
  // With several addresses each is tried in turn; only then is the lookup asked for all of them.
  const connect = buildConnector({ timeout: 10_000, lookup: checkedLookup, autoSelectFamily: true });
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, '');
    // An address is never looked up, so it is checked here.
    const refused = isIP(host) === 0 ? null : refusal(host, [host], allow);
    if (refused) {
      callback(refused, null);
      return;
    }
    connect(options, (error, socket) => {
      if (socket) callback(null, socket);
      else callback(error instanceof AddressRefusedError ? error : new NotConnectedError(error), null);
    });
  };
}
