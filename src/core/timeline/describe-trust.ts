// Sentences of what is recorded about the right of playbooks to act without asking. Plain text.
import { assertNever } from '../result.ts';
import type { TrustEvent } from '../system/trust.ts';

/** What happened to it, in a sentence; `who`: the name of whoever did it. */
export function sentenceOfTrust({ type, data }: TrustEvent, who: string): string {
  const { playbook } = data;
  switch (type) {
    case 'trust.lowered':
      return data.because === undefined
        ? `${who} has people asked before ${playbook} acts by itself: ${data.reason}`
        : `${playbook} asks people from now on before it acts by itself: ${data.reason}`;
    case 'trust.proposed':
      return `${playbook} has ended well ${data.runs} times in a row while people were asked; it may be trusted to act by itself again`;
    case 'trust.raised':
      return `${who} lets ${playbook} act by itself: ${data.reason}`;
    case 'trust.reviewed':
      return `${who} has reviewed ${playbook}: ${data.reason}`;
    default:
      return assertNever(type);
  }
}
