// Whoever asks, as the API answers it. Asks for each right; grants none.
import type { ApiMe } from '../../contract/me.ts';
import { actorOf, type Principal } from '../../core/authority/principal.ts';
import { Right } from '../../core/authority/right.ts';
import { assertNever } from '../../core/result.ts';
import type { ServeDeps } from './serve-routes.ts';

/** A principal with what it may do at this moment. */
export async function showMe(principal: Principal, authorised: ServeDeps['authorised']): Promise<ApiMe> {
  const held = await Promise.all(
    Right.options.map(async (right) => {
      const everywhere = (await authorised(principal, right, {})).ok;
      const somewhere = everywhere || (await authorised(principal, right, { anything: true })).ok;
      return { right, everywhere, somewhere };
    }),
  );
  const rights = Object.fromEntries(held.map(({ right, everywhere }) => [right, everywhere]));
  return {
    actor: actorOf(principal),
    proof: proofOf(principal),
    rights: rights as { [R in Right]: boolean },
    bound: held.flatMap(({ right, everywhere, somewhere }) => (somewhere && !everywhere ? [right] : [])),
  };
}

function proofOf(principal: Principal): ApiMe['proof'] {
  switch (principal.type) {
    case 'token':
      return 'token';
    case 'local':
      return 'machine';
    case 'person':
      return principal.proof === 'session' ? 'session' : 'slack';
    case 'sender':
    case 'system':
      throw new Error(`${principal.type} asks nothing of the API`);
    default:
      return assertNever(principal);
  }
}
