// Without a token the machine's own user is trusted over loopback. That cannot be meant where other machines are told an address.

/** What is wrong with settings that trust this machine's user and name an address for others, a line each. */
export function localTrustFaults({
  FIREBREAK_PUBLIC_URL: url,
  FIREBREAK_API_TOKEN: token,
}: {
  readonly FIREBREAK_PUBLIC_URL?: string | undefined;
  readonly FIREBREAK_API_TOKEN?: string | undefined;
}): readonly string[] {
  if (url === undefined || token !== undefined || isLocalHost(new URL(url).hostname)) return [];
  return [
    `FIREBREAK_API_TOKEN: is needed, because FIREBREAK_PUBLIC_URL (${new URL(url).origin}) is not this machine: without a token whatever reaches the port from here, a proxy too, acts as the user of this machine; set one of at least 16 characters, or take FIREBREAK_PUBLIC_URL away`,
  ];
}

/** Whether the name of a host, as a URL has it, is this machine. */
export const isLocalHost = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '[::1]' ||
  /^127\.\d+\.\d+\.\d+$/.test(hostname);
