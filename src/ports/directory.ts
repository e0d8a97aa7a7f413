// Who belongs to what, asked at the moment it matters.
import type { Principal } from '../core/authority/principal.ts';

/** Who belongs to what. */
export type Directory = {
  /** Those of `names` (roles such as `@sre`, user ids, people, tokens) that the principal belongs to right now. */
  readonly belongsTo: (principal: Principal, names: readonly string[]) => Promise<readonly string[]>;
  /** How a Slack user stands there. `unknown`: Slack does not answer, and has not answered lately. */
  readonly standing: (user: string) => Promise<'active' | 'gone' | 'unknown'>;
  /** Slack user ids behind the names (roles, user ids, people), for invitations and mentions. */
  readonly members: (names: readonly string[]) => Promise<readonly string[]>;
};
