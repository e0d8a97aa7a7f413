// Which addresses an outgoing request may reach. Names are resolved here, once, and the connection goes to what was checked:
// a name that answers differently the second time gains nothing.
import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { buildConnector } from 'undici';

/** Host names (`*.example.com` for subdomains) and CIDR blocks or addresses that are allowed though they are not public. */
export type AllowList = readonly string[];

/** An address may not be reached; the message names the address and what would allow it. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';
}

/** Resolves a name to addresses; tests bring their own. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** The system's resolver. */
export const systemResolve: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

/** True for an address anybody on the internet may have. */
export function isPublic(address: string): boolean {
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv6' && parsed.range() === 'rfc6052') return false;
  return parsed.range() === 'unicast';
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
    if (!ipaddr.isValid(entry.split('/')[0] ?? '')) return false;
    const [range, bits] = ipaddr.parseCIDR(entry.includes('/') ? entry : `${entry}/${entry.includes(':') ? 128 : 32}`);
    return range.kind() === parsed.kind() && parsed.match(range, bits);
  });
}

/**
 * The address to connect to for a host. Every address the name has must be allowed.
 * @throws AddressRefusedError
 */
export async function checkedAddress(host: string, allow: AllowList, resolve: Resolve): Promise<string> {
  const bare = host.replace(/^\[|\]$/g, '');
  const addresses = ipaddr.isValid(bare) ? [bare] : await resolve(bare);
  const [first] = addresses;
  if (first === undefined) throw new AddressRefusedError(`${host} has no address`);
  for (const address of addresses) {
    if (isPublic(address) || hostAllowed(bare, allow) || addressAllowed(address, allow)) continue;
    throw new AddressRefusedError(
      `${host} is ${address}, which is not a public address; to allow it, add the host or its block to actions.http.allow`,
    );
  }
  return first;
}

/** A connector for undici that reaches checked addresses only, redirects included. */
export function guardedConnector(allow: AllowList, resolve: Resolve): buildConnector.connector {
  const connect = buildConnector({ timeout: 10_000 });
  return (options, callback) => {
    checkedAddress(options.hostname, allow, resolve).then(
      (address) =>
        connect(
          { ...options, hostname: address, servername: options.servername || serverName(options.hostname) },
          callback,
        ),
      (error: Error) => callback(error, null),
    );
  };
}

const serverName = (host: string) => (ipaddr.isValid(host.replace(/^\[|\]$/g, '')) ? '' : host);
