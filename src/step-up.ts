// What approving with a passkey is configured as, and what reads a new one. Joins them; holds no rule.
import type { Config } from './config/environment.ts';
import { siteOf } from './core/step-up/site.ts';
import type { EngineOptions } from './engine/engine-ports.ts';
import type { ReadMadePasskey } from './ports/step-up.ts';

/** The library behind it takes a while to load, and few ever register a passkey. */
export const readMadeLate: ReadMadePasskey = async (made, expected) =>
  (await import('./engine/step-up/read-made-passkey.ts')).readMadePasskey(made, expected);

/** Who approves high risk with a passkey only, and where passkeys count. */
export const stepUpSettings = (
  { roles }: Pick<Config['file'], 'roles'>,
  publicUrl: string,
): NonNullable<EngineOptions['stepUp']> => ({
  // A reload gives the configuration other roles.
  get roles() {
    return Object.entries(roles).flatMap(([name, { stepUp }]) => (stepUp ? [`@${name}`] : []));
  },
  site: siteOf(publicUrl),
  page: `${publicUrl.replace(/\/+$/, '')}/approvals/`,
});
