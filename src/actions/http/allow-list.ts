// Which hosts, addresses and ports the configuration opens beyond the public internet. Pure: it resolves nothing.
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** One entry as it is understood; `port` null: every port. */
type Rule = { readonly port: number | null } & (
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'address'; readonly address: string }
  | { readonly type: 'block'; readonly block: readonly [Address, number] }
);

const namePattern = /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i;

/** `place`, `place:port`, and `[place]:port` for what has colons of its own; null: it is none of these. */
function ruleOf(entry: string): Rule | null {
  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(entry);
  // A text with more than one colon is an IPv6 address or block, of which none is a port.
  const plain = /^([^:]+):(\d{1,5})$/.exec(entry);
  const [, place = entry, digits] = bracketed ?? plain ?? [];
  const port = digits === undefined ? null : Number(digits);
  if (port !== null && (port < 1 || port > 65_535)) return null;
  if (isIP(place) !== 0) return { type: 'address', address: ipaddr.process(place).toString(), port };
  if (ipaddr.isValidCIDR(place)) return { type: 'block', block: ipaddr.parseCIDR(place), port };
  return namePattern.test(place) ? { type: 'name', name: place.toLowerCase(), port } : null;
}

/** A host name (`*.example.com` for subdomains), an address or a CIDR block that may be reached though it is not public, each with a port or for every port. */
export const AllowEntry = z
  .string()
  .refine(
    (text) => ruleOf(text) !== null,
    'must be a host name, *.domain, an address or a CIDR block, each with :port where only that port is meant ([address]:port for IPv6); no scheme or path',
  );
/** What may be reached, as the settings name it. */
export type AllowList = readonly z.output<typeof AllowEntry>[];

/** What the checked settings of all actions open. */
export const reachableBy = (actions: { readonly [section: string]: unknown }): AllowList =>
  z.object({ http: z.object({ allow: z.array(AllowEntry) }) }).parse(actions).http.allow;

/** Answers for one port. */
export type Allowed = {
  /** The name itself is opened. */
  readonly name: (host: string) => boolean;
  /** The address itself, or a block that it is in, is opened. */
  readonly address: (address: string) => boolean;
  /** Just this address is opened: no name and no block can say that. */
  readonly exactly: (address: string) => boolean;
};

/** What a list opens on one port. */
export function allowedOn(allow: AllowList, port: number): Allowed {
  const rules = allow
    .flatMap((entry) => ruleOf(entry) ?? [])
    .filter((rule) => rule.port === null || rule.port === port);
  const exactly = (address: string) => {
    const wanted = ipaddr.process(address).toString();
    return rules.some((rule) => rule.type === 'address' && rule.address === wanted);
  };
  return {
    name(host) {
      const name = host.toLowerCase().replace(/\.$/, '');
      return rules.some(
        (rule) =>
          rule.type === 'name' && (rule.name.startsWith('*.') ? name.endsWith(rule.name.slice(1)) : name === rule.name),
      );
    },
    exactly,
    address(address) {
      const parsed = ipaddr.process(address);
      const inBlock = (rule: Rule) =>
        rule.type === 'block' && rule.block[0].kind() === parsed.kind() && parsed.match(rule.block[0], rule.block[1]);
      return exactly(address) || rules.some(inBlock);
    },
  };
}
