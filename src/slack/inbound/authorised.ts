// How the edge asks whether somebody may do something. A type only.

import type { Principal } from '../../core/authority/principal.ts';
import type { NeededRight } from '../../core/authority/right.ts';
import type { Resource } from '../../core/authority/scope.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Result } from '../../core/result.ts';

/** Asks the engine whether somebody has a right, for questions that change nothing. */
export type Authorised = (
  principal: Principal,
  right: NeededRight,
  resource: Resource,
) => Promise<Result<unknown, Refusal>>;
