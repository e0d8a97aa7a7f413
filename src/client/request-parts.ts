// The parts of a request to the API out of what a route takes: its address, and the key by which it is done once. Sends nothing.

/** A request as its parts, whatever its route. */
export type AnyRequest = {
  readonly params?: { readonly [name: string]: unknown };
  readonly query?: { readonly [name: string]: unknown };
  readonly body?: unknown;
};

/** Path and query of a request; `path` in the form of the contract, such as `/runs/:id`. */
export function addressOf(path: string, { params = {}, query = {} }: AnyRequest): string {
  const filled = path.replace(/:([A-Za-z]+)/g, (_part, name: string) => encodeURIComponent(String(params[name] ?? '')));
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  if (given.length === 0) return filled;
  return `${filled}?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))}`;
}

/** A new Idempotency-Key; `crypto.randomUUID` is missing where a page is served without TLS. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
