// One plain sentence per event of an alert group. Plain text: the surface that shows it escapes it.
import type { GroupEvent } from '../group/events.ts';
import type { Hold } from '../group/hold.ts';
import { assertNever } from '../result.ts';

const holders: { readonly [by in Hold['by']]: (name: string) => string } = {
  silence: (name) => `the silence ${name}`,
  window: (name) => `the window ${name}`,
  inhibition: (name) => `the inhibition ${name}`,
  route: (name) => `the times of the route ${name}`,
  wait: (name) => `the wait of ${name}`,
  pause: (name) => `the pause of ${name}`,
  threshold: (name) => `the threshold of ${name}`,
  flapping: (name) => `the flapping rule of ${name}`,
};

/** What holds an alert, until when, and why. */
function heldBy({ by, name, until, reason }: Hold): string {
  return `${holders[by](name)}${until === null ? '' : ` until ${until}`}${reason === null ? '' : `: ${reason}`}`;
}

/** What happened to a group, in a sentence. */
export function sentenceOfGroup({ type, data }: GroupEvent): string {
  switch (type) {
    case 'group.opened':
      return `Alert group opened: ${data.title} (${data.rule === null ? data.key : `${data.rule}, ${data.key}`})`;
    case 'group.alert_held':
      return `Alert held: ${data.alert.title} (${data.alert.source}, ${data.alert.severity}); by ${heldBy(data.hold)}`;
    case 'group.hold_changed':
      return `Alert held on, by ${heldBy(data.hold)} (${data.fingerprint})`;
    case 'group.alert_repeated':
      return `Held alert repeated, ${data.count} times so far (${data.fingerprint})`;
    case 'group.alert_passed':
      return `Alert ${data.status} went on to its incident (${data.severity}, ${data.fingerprint})`;
    case 'group.released':
      return `${data.fingerprints.length} alert(s) went on to an incident: ${data.reason}`;
    case 'group.alert_ended':
      return `Held alert is over before anybody was told (${data.fingerprint})`;
    case 'group.end_remembered':
      return `An end came before its begin: ${data.title} (${data.fingerprint})`;
    case 'group.begin_ignored':
      return `A begin was left out: ${data.reason} (${data.fingerprint})`;
    case 'group.flapping_started':
      return `Alert began to flap: ${data.changes} changes (${data.fingerprint})`;
    case 'group.flapping_stopped':
      return `Alert stopped flapping: ${data.changes} changes left (${data.fingerprint})`;
    case 'group.alert_changed':
      return `Flapping alert is ${data.status} now: ${data.alert.title} (${data.fingerprint})`;
    case 'group.window_ended':
      return `What fires from now on is another problem: ${data.reason}`;
    default:
      return assertNever(type);
  }
}
