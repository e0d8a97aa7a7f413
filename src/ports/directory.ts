// Who belongs to what, asked at the moment it matters.
import type { Principal } from '../core/authority/principal.ts';
import type { Actor } from '../core/events.ts';

/** Who belongs to what. */
export type Directory = {
  /** Those of `names` (roles such as `@sre`, user ids, people, tokens) that the principal belongs to right now. */
  readonly belongsTo: (principal: Principal, names: readonly string[]) => Promise<readonly string[]>;
  /** How a Slack user stands there. `unknown`: Slack does not answer, and has not answered lately. */
  readonly standing: (user: string) => Promise<'active' | 'gone' | 'unknown'>;
  /**
   * Everybody behind the names as they would act, each proof by itself. `isSure` false: somebody could not be looked up, and there may be
   * more. Absent: nobody can be listed.
   */
  readonly candidates?: (
    names: readonly string[],
  ) => Promise<{ readonly actors: readonly Actor[]; readonly isSure: boolean }>;
  /** Slack user ids behind the names (roles, user ids, people), for invitations and mentions. */
  readonly members: (names: readonly string[]) => Promise<readonly string[]>;
};
