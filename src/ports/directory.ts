// Who belongs to what, asked at the moment it matters.
import type { Principal } from '../core/authority/principal.ts';

/** Who belongs to what. */
export type Directory = {
  /** Those of `names` (roles such as `@sre`, user ids, people, tokens) that the principal belongs to right now. */
  readonly belongsTo: (principal: Principal, names: readonly string[]) => Promise<readonly string[]>;
  /** Slack user ids behind the names (roles, user ids, people), for invitations and mentions. */
  readonly members: (names: readonly string[]) => Promise<readonly string[]>;
  /** False for a Slack user who is deactivated, a bot, or not there. */
  readonly isActive: (user: string) => Promise<boolean>;
};
