// Names in the environment that begin like ours and are not: what Kubernetes and Docker tell of a service called `firebreak`. Pure.

/** A service's address as a URL: `tcp://10.0.0.1:3000`. */
const address = /^(?:tcp|udp|sctp):\/\//i;
/** Variables of one service: the host and ports of Kubernetes' service links, the older ones of Docker's links (which Kubernetes makes too). */
const ofService =
  /^FIREBREAK_(?:\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?|ENV_\w+)$/;

/** True for a variable that an orchestrator has made of the name of a service; a setting of ours that is misspelled is none. */
export function isServiceLink(name: string, value: string): boolean {
  if (ofService.test(name)) return true;
  if (/^FIREBREAK_(?:\w+_)?PORT$/.test(name)) return address.test(value);
  return /^FIREBREAK_(?:\w+_)?NAME$/.test(name) && /^\/[^/]+\/[^/]+$/.test(value);
}
