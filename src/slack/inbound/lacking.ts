// Whether whoever uses something in Slack may use it at all, before anything is done. Decides nothing itself.
import { type Caller, nameOf } from '../../core/authority/principal.ts';
import type { NeededRight } from '../../core/authority/right.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { InboundContext } from './surface.ts';

/** Whether somebody has the right that a surface needs for anything at all; null: yes. Each approval says itself who may decide it. */
export async function lacking(
  { name, right }: { readonly name: string; readonly right: NeededRight },
  { principal, cause }: Caller,
  { authorised, log }: Pick<InboundContext, 'authorised' | 'log'>,
): Promise<Refusal | null> {
  if (right === 'approve' || right === 'attend') return null;
  const allowed = await authorised(principal, right, { anything: true });
  if (allowed.ok) return null;
  const { code, message } = allowed.error;
  log.warn({ command: name, right, by: nameOf(principal), cause, code, reason: message }, 'refused');
  return allowed.error;
}
