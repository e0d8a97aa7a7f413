// Whether a request comes from a program of this machine's own user: the owner of the other end of a loopback connection, as the
// kernel lists it, and the signs that somebody passed the request on.
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** Addresses of this machine as a peer. */
export const loopbackPeers: ReadonlySet<string> = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/**
 * Whose the other end of a connection on this machine is: this user's or another's. Where the platform does not tell (anything but
 * Linux) it is `unknown`; on Linux whatever cannot be found is another's.
 */
export type LocalPeer = (socket: Socket) => Promise<'own' | 'other' | 'unknown'>;

const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** True if a Host header names this machine, and the port it listens on where that is known. */
export function isThisMachine(host: string, port: number | undefined): boolean {
  const [, name = '', written = '80'] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(host.toLowerCase()) ?? [];
  return loopbackNames.has(name) && (port === undefined || Number(written) === port);
}

/** Headers that proxies, tunnels and load balancers add. */
const forwarding =
  /^(?:forwarded|via|x-forwarded(?:-.+)?|x-real-ip|x-client-ip|x-cluster-client-ip|x-original-.+|true-client-ip|cf-.+|cdn-loop|fastly-.+|x-envoy-.+|x-amzn-.+|x-arr-.+|x-proxy.*|tailscale-.+)$/;

/** Why a request looks as if somebody passed it on; null if it does not. nginx passes on as HTTP/1.0 unless it is told otherwise. */
export function passedOnBy({ headers, raw }: FastifyRequest): string | null {
  const name = Object.keys(headers).find((one) => forwarding.test(one));
  if (name !== undefined) return `the request has the header ${name.slice(0, 60)}`;
  return raw.httpVersion === '1.0' ? 'the request is HTTP/1.0' : null;
}

const known = new WeakMap<Socket, 'own' | 'other'>();

/** Asks the kernel. */
export const localPeer: LocalPeer = async (socket) => {
  if (process.platform !== 'linux') return 'unknown';
  const before = known.get(socket);
  if (before !== undefined) return before;
  const owner = ownerOf(await tables(), {
    address: socket.remoteAddress ?? '',
    port: socket.remotePort ?? 0,
    farAddress: socket.localAddress ?? '',
    farPort: socket.localPort ?? 0,
  });
  const whose = owner !== null && owner === process.geteuid?.() ? 'own' : 'other';
  known.set(socket, whose);
  return whose;
};

async function tables(): Promise<string> {
  // IPv6 may be switched off.
  const read = (path: string) => readFile(path, 'utf8').catch(() => '');
  return (await Promise.all([read('/proc/net/tcp'), read('/proc/net/tcp6')])).join('\n');
}

/** One end of a connection: where it is, and where its far end is. */
type End = {
  readonly address: string;
  readonly port: number;
  readonly farAddress: string;
  readonly farPort: number;
};

/**
 * The user id that owns an end of a connection, from the text of /proc/net/tcp and tcp6 (proc(5)); null if no program holds it any
 * more: the kernel then lists it as root's, which proves nothing.
 */
export function ownerOf(table: string, { address, port, farAddress, farPort }: End): number | null {
  const near = new Set(kernelForms(address, port));
  const far = new Set(kernelForms(farAddress, farPort));
  for (const line of table.split('\n')) {
    const [, local = '', remote = '', , , , , uid = '', , inode = '0'] = line.trim().split(/\s+/);
    if (near.has(local) && far.has(remote) && inode !== '0' && /^\d+$/.test(uid)) return Number(uid);
  }
  return null;
}

/** An address and port as the kernel writes them: 32-bit words with their bytes turned round; IPv4 also within IPv6. */
function kernelForms(address: string, port: number): readonly string[] {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const v4 = /^(?:::ffff:)?(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  if (v4) {
    const word = v4
      .slice(1)
      .reverse()
      .map((byte) => Number(byte).toString(16).toUpperCase().padStart(2, '0'))
      .join('');
    return [`${word}:${hexPort}`, `0000000000000000FFFF0000${word}:${hexPort}`];
  }
  return address === '::1' ? [`00000000000000000000000001000000:${hexPort}`] : [];
}
