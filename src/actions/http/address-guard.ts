// Which addresses an outgoing request may reach. A name is resolved here, once, and the connection goes to what was checked:
// a name that answers differently the second time gains nothing.
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { buildConnector } from 'undici';
import { type Allowed, type AllowList, allowedOn } from './allow-list.ts';

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

/**
 * Where clouds tell their machines who they are, secrets included: AWS (instance, container, pod), Google, Azure, Alibaba, Oracle,
 * as their documentation names them. Some look public. An ordinary name that leads there is an attack.
 */
const metadata: ReadonlySet<string> = new Set(
  [
    '169.254.169.254',
    '169.254.170.2',
    '169.254.170.23',
    'fd00:ec2::254',
    'fd00:ec2::23',
    'fd20:ce::254',
    '168.63.129.16',
    '100.100.100.200',
    '192.0.0.192',
  ].map((address) => ipaddr.parse(address).toString()),
);

/** IPv6 blocks that carry an IPv4 address: translation (RFC 6052, 8215), 6to4, the old compatible form; at which of the 16 bytes it starts. */
const carriers: readonly (readonly [block: string, at: number])[] = [
  ['64:ff9b::/96', 12],
  ['64:ff9b:1::/48', 12],
  ['2002::/16', 2],
  ['::/96', 12],
  ['fe80::/10', 12],
];

/** The address itself, and the IPv4 address that it may stand for. */
function meanings(address: string): readonly (ipaddr.IPv4 | ipaddr.IPv6)[] {
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return [parsed];
  const bytes = parsed.toByteArray();
  const carried = carriers.filter(([block]) => parsed.match(ipaddr.IPv6.parseCIDR(block)));
  return [parsed, ...carried.map(([, at]) => new ipaddr.IPv4(bytes.slice(at, at + 4)))];
}

const isMetadata = (address: string) =>
  meanings(address).some((one) => metadata.has(one.toString()) || one.range() === 'linkLocal');

/** True for an address anybody on the internet may have. */
function isPublic(address: string): boolean {
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast' || isMetadata(address)) return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(globalIpv6);
}

/** Why the host may not be reached at these addresses; null if it may. One bad address spoils the name. */
function refusal(host: string, addresses: readonly string[], allowed: Allowed): AddressRefusedError | null {
  if (addresses.length === 0) return new AddressRefusedError(`${host} has no address`);
  const named = (address: string) => (address === host ? host : `${host} is ${address}, which`);
  const secret = addresses.find((address) => isMetadata(address) && !allowed.exactly(address));
  if (secret !== undefined)
    return new AddressRefusedError(
      `${named(secret)} is link-local or tells machines of a cloud their secrets; to allow it, add just this address to actions.http.allow`,
    );
  if (allowed.name(host)) return null;
  const bad = addresses.find((address) => !isPublic(address) && !allowed.address(address));
  if (bad === undefined) return null;
  return new AddressRefusedError(
    `${named(bad)} is not a public address; to allow it, add the host or its block, with this port or without one, to actions.http.allow`,
  );
}

/** A connector for undici that reaches checked addresses only, redirects included. Fails with `NotConnectedError` or `AddressRefusedError`. */
export function guardedConnector(allow: AllowList, resolve: Resolve): buildConnector.connector {
  // What is allowed depends on the port, which a lookup is not told.
  const byPort = new Map<number, ReturnType<typeof connectorTo>>();
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, '');
    const port = Number(options.port || (options.protocol === 'https:' ? 443 : 80));
    const { allowed, connect } = byPort.get(port) ?? connectorTo(allowedOn(allow, port), resolve);
    byPort.set(port, { allowed, connect });
    // An address is never looked up, so it is checked here.
    const refused = isIP(host) === 0 ? null : refusal(host, [host], allowed);
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

function connectorTo(allowed: Allowed, resolve: Resolve) {
  const lookup: LookupFunction = (host, _options, callback) => {
    resolve(host).then(
      (addresses) => {
        const refused = refusal(host, addresses, allowed);
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
  return { allowed, connect: buildConnector({ timeout: 10_000, lookup, autoSelectFamily: true }) };
}
