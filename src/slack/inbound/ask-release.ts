// Asks before something is released: the command and the button lead here. Holds no rule.
import type { Caller } from '../../core/authority/principal.ts';
import type { KillSwitch } from '../../ports/admission.ts';
import { releaseModal } from '../views/halt-modal.ts';
import { scopesOf } from './scopes.ts';
import type { InboundContext, Reply } from './surface.ts';
import { refused } from './words.ts';

/** Opens the form to release. `scope`: of the button that was used; null: whatever is halted. */
export async function askRelease(
  {
    scope,
    caller,
    channelId,
    triggerId,
  }: {
    readonly scope: string | null;
    readonly caller: Caller;
    readonly channelId: string;
    readonly triggerId: string;
  },
  context: InboundContext,
): Promise<Reply> {
  const engaged = context.operations.killSwitches().filter((one) => scope === null || one.scope === scope);
  if (engaged.length === 0) return 'Nothing is halted.';
  const scopes = await scopesOf(caller.principal, context);
  if (!scopes.ok) return refused(scopes.error);
  const [first, ...others]: readonly KillSwitch[] = engaged.filter((one) => scopes.value.includes(one.scope));
  if (!first) return `Not done: you may not release what is halted now.`;
  return context.openForm(triggerId, releaseModal({ switches: [first, ...others], channelId }));
}
