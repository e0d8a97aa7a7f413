// Versions of one playbook, and what happens to them: what tests of change control have in common.
import { decideLife, type VersionCommand } from '../../../src/core/change-control/decide.ts';
import { type PlaybookLife, unknownPlaybook, versionOf } from '../../../src/core/change-control/state.ts';
import type { Actor } from '../../../src/core/events.ts';
import { systemActor } from '../../../src/core/events.ts';
import { type Playbook, type PlaybookRef, playbookRef } from '../../../src/core/playbook/playbook.ts';
import { playbook, start } from './given.ts';

/** The author, somebody who promotes, and the author on another surface. */
export const author: Actor = { kind: 'user', id: 'local:ana', name: 'ana', via: 'cli', person: 'ana' };
export const approver: Actor = { kind: 'user', id: 'U0BOB', name: 'bob', via: 'slack', person: 'bob' };
export const authorInSlack: Actor = { kind: 'user', id: 'U0ANA', name: 'Ana', via: 'slack' };
/** How they are linked. */
export const people = { ana: { local: 'ana', slack: 'U0ANA' }, bob: { slack: 'U0BOB' } };

/** A version of the playbook `it`, with these steps. */
export const versionWith = (version: string, steps = '  - { id: a, uses: wait, with: { for: 1s } }\n'): Playbook => ({
  ...playbook(steps),
  name: 'it',
  version,
});

/** A version that has shown what it must. */
const shown = { tests: 1, replay: { runs: 2, different: 0, unexplained: 0 } };

/** The life of the playbook `it`, that orders are given about. */
export class Versions {
  life: PlaybookLife = unknownPlaybook('it');

  /** Gives an order; answers the types of the events, or the refusal's message. */
  order(command: VersionCommand, actor: Actor = approver): readonly string[] | string {
    const decided = decideLife(this.life, command, { at: start, actor, people });
    if (!decided.ok) return `${decided.error.code}: ${decided.error.message}`;
    this.life = decided.value.life;
    return decided.value.events.map(({ type }) => type);
  }

  register(book: Playbook, actor: Actor = author): readonly string[] | string {
    return this.order({ type: 'register_version', ref: playbookRef(book), path: 'it.yaml' }, actor);
  }

  promote(
    book: Playbook,
    to: 'shadow' | 'canary' | 'live',
    { actor = approver, misfits = [], share = 5 }: { actor?: Actor; misfits?: readonly string[]; share?: number } = {},
  ): readonly string[] | string {
    const { digest } = playbookRef(book);
    const canary = to === 'canary' ? { canary: { share } } : {};
    return this.order(
      { type: 'promote_version', digest, to, reason: 'it is good', proof: shown, misfits, ...canary },
      actor,
    );
  }

  rollBack(book: Playbook, unusable: string | null = null): readonly string[] | string {
    const { digest } = playbookRef(book);
    return this.order({ type: 'roll_back_version', digest, reason: 'it was better', unusable });
  }

  follow(ref: PlaybookRef | null): readonly string[] | string {
    return this.order({ type: 'follow_folder', ref, path: 'it.yaml' }, systemActor);
  }

  stage(book: Playbook): string | undefined {
    return versionOf(this.life, playbookRef(book).digest)?.stage;
  }
}

/** A life with one version that is live and one that is in shadow. */
export function lifeWith(live: Playbook, shadow: Playbook): PlaybookLife {
  const at = (book: Playbook, stage: 'live' | 'shadow') => ({
    ref: playbookRef(book),
    stage,
    since: start,
    author,
    registeredAt: start,
    path: 'it.yaml',
    promotedBy: approver,
    reason: 'it is good',
  });
  const versions = [at(live, 'live'), at(shadow, 'shadow')];
  return {
    name: live.name,
    versions: Object.fromEntries(versions.map((version) => [version.ref.digest, version])),
    wasLive: [playbookRef(live).digest],
  };
}
