// One plain sentence per event of a playbook's own stream. Plain text: the surface that shows it escapes it.
import type { CanaryPart, PlaybookLifeEvent } from '../change-control/events.ts';
import type { IncidentEvent } from '../events.ts';
import { assertNever } from '../result.ts';

/** The part that a canary takes, in words. */
export const partText = ({ share, only }: CanaryPart): string =>
  `${share} % of the incidents${only ? ` with ${only.input} ${only.values.join(' or ')}` : ''}`;

/** What happened to a version of a playbook, in a sentence. */
export function sentenceOfPlaybookLife({ type, data }: PlaybookLifeEvent, who: string): string {
  const { name, version } = data.playbook;
  switch (type) {
    case 'playbook.registered':
      return `${who} registered ${name} ${version}${data.sameNumberAs ? '; the same number had other content before' : ''}`;
    case 'playbook.promoted':
      return `${who} promoted ${name} ${version} from ${data.from} to ${data.to}${data.canary ? ` (${partText(data.canary)})` : ''}: ${data.reason}`;
    case 'playbook.rolled_back':
      return `${who} rolled ${name} back to ${version}${data.from ? ` from ${data.from.version}` : ''}: ${data.reason}`;
    case 'playbook.retired':
      return `${who} retired ${name} ${version}, which was ${data.from}: ${data.reason}`;
    case 'playbook.demoted':
      return `${who} took ${name} ${version} back from ${data.from} to ${data.to}: ${data.reason}`;
    default:
      return assertNever(type);
  }
}

/** What a version in shadow would have done, in a sentence. */
export function sentenceOfShadow({ data }: Extract<IncidentEvent, { type: 'shadow.decided' }>): string {
  const { shadow, live, differences } = data;
  const [first] = differences;
  const more = differences.length > 1 ? ` and ${differences.length - 1} more` : '';
  return first === undefined
    ? `In shadow ${shadow.name} ${shadow.version} decided as ${live.version} does`
    : `In shadow ${shadow.name} ${shadow.version} decided otherwise than ${live.version}: ${first}${more}`;
}
