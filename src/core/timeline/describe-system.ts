// One plain sentence per event of the system stream. Plain text.
import { assertNever } from '../result.ts';
import { isPasskeyEvent } from '../step-up/passkey.ts';
import type { SystemEvent } from '../system/events.ts';
import { isMuteEvent } from '../system/mutes.ts';
import { isScheduleEvent } from '../system/schedules.ts';
import { isSloEvent } from '../system/slos.ts';
import { isTrustEvent } from '../system/trust.ts';
import { actorName } from './actor-name.ts';
import { sentenceOfMutes } from './describe-mutes.ts';
import { sentenceOfPasskeys } from './describe-passkeys.ts';
import { sentenceOfSchedules } from './describe-schedules.ts';
import { sentenceOfSlo } from './describe-slo.ts';
import { sentenceOfTrust } from './describe-trust.ts';

const because = (reason: string | undefined) => (reason ? `: ${reason}` : '');

const scopeName = (scope: string) => (scope === '*' ? 'every playbook' : `the playbook ${scope}`);

/** What happened, in a sentence; `who`: the name of whoever did it. */
export function sentenceOfSystem(event: SystemEvent, who: string): string {
  if (isMuteEvent(event)) return sentenceOfMutes(event, who);
  if (isScheduleEvent(event)) return sentenceOfSchedules(event);
  if (isSloEvent(event)) return sentenceOfSlo(event);
  if (isPasskeyEvent(event)) return sentenceOfPasskeys(event, who);
  if (isTrustEvent(event)) return sentenceOfTrust(event, who);
  const { type, data } = event;
  switch (type) {
    case 'switch.engaged': {
      const { scope, reason, earlier } = data;
      return earlier
        ? `${actorName(earlier.by)} halted ${scopeName(scope)} at ${earlier.at}, before halts were recorded: ${reason}`
        : `${who} halted ${scopeName(scope)}: ${reason}`;
    }
    case 'switch.released':
      return `${who} released ${scopeName(data.scope)}${because(data.reason)}`;
    case 'token.created': {
      const { name, rights, expiresAt, owner } = data;
      const what = rights.length === 0 ? 'no rights of its own' : rights.join(', ');
      return `${who} made the token ${name}${owner === undefined ? '' : ` of ${owner}`} with ${what}, until ${expiresAt}`;
    }
    case 'rulebook.changed': {
      const { added, removed, changed, to, source, says } = data;
      const what = [
        ...added.map((one) => `+${one}`),
        ...removed.map((one) => `-${one}`),
        ...changed.map((one) => `~${one}`),
      ];
      return `Other rules are in force, from ${source}: ${what.join(', ') || 'nothing by name'} (${to.slice(0, 19)})${because(says.join('; '))}`;
    }
    case 'rulebook.refused':
      return `Other rules from ${data.source} were refused by those in force, which stay: ${data.reason}`;
    case 'delivery.replayed':
      return `${who} replayed the delivery ${data.receipt} of ${data.integration}, which holds ${data.alerts} alert(s)${because(data.reason)}`;
    case 'stream.archived':
      return `${who} archived ${data.number === undefined ? `the alert group ${data.streamId}` : `incident #${data.number}`} (${data.head.version} events) as ${data.file}${because(data.reason)}`;
    case 'token.revoked':
      return `${who} revoked the token ${data.name}${because(data.reason)}`;
    case 'record.redacted':
      return `${who} took ${data.paths.join(', ')} out of event ${data.seq} of ${data.streamId}: ${data.reason}`;
    case 'evidence.redacted':
      return `${who} took the content of the evidence ${data.name} (${data.digest}) out: ${data.reason}`;
    case 'restore.accepted': {
      const end = data.kept === null ? 'no checkpoint' : `checkpoint ${data.kept}`;
      return `${who} accepted a restored database that ends at ${end} and lacks checkpoint ${data.lost.number}: ${data.reason}`;
    }
    default:
      return assertNever(type);
  }
}
