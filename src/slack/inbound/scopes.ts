// What somebody may halt or release, asked of the engine. Decides nothing.
import type { Principal } from '../../core/authority/principal.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { everything } from '../views/halt-modal.ts';
import type { InboundContext } from './surface.ts';

/** Everything and every playbook, or those playbooks that somebody may halt; a refusal if there is none. */
export async function scopesOf(
  principal: Principal,
  { authorised, catalog }: Pick<InboundContext, 'authorised' | 'catalog'>,
): Promise<Result<readonly string[], Refusal>> {
  const playbooks = catalog.all().map(({ name }) => name);
  const all = await authorised(principal, 'operate', {});
  if (all.ok) return ok([everything, ...playbooks]);
  const answers = await Promise.all(playbooks.map((playbook) => authorised(principal, 'operate', { playbook })));
  const some = playbooks.filter((_, i) => answers[i]?.ok);
  return some.length > 0 ? ok(some) : err(all.error);
}
