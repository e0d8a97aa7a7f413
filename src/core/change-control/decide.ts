// What an order about a version of a playbook makes happen, or why it is refused. Pure: what gates have found comes with the order.
import type { Actor } from '../actor.ts';
import { areOnePerson } from '../authority/distinct.ts';
import type { People } from '../authority/membership.ts';
import type { Recorded } from '../events.ts';
import type { PlaybookRef } from '../playbook/playbook.ts';
import type { Refusal } from '../refusal.ts';
import { assertNever, err, ok, type Result } from '../result.ts';
import { withoutReason } from '../says-why.ts';
import type { CanaryPart, PlaybookLifeEvent, PromotionProof, Stage } from './events.ts';
import { evolveLife } from './evolve.ts';
import { liveBefore, type PlaybookLife, type PlaybookVersion, versionAt, versionOf } from './state.ts';

/** A stage that a version can be brought to. */
export type PromotedStage = 'shadow' | 'canary' | 'live';

/** What can be ordered about the versions of one playbook. */
export type VersionCommand =
  | { readonly type: 'register_version'; readonly ref: PlaybookRef; readonly path: string }
  | {
      readonly type: 'promote_version';
      readonly digest: string;
      readonly to: PromotedStage;
      readonly reason: string;
      readonly canary?: CanaryPart | undefined;
      readonly proof: PromotionProof;
      /** Why starts of the live version would not fit a canary; none: they do. */
      readonly misfits: readonly string[];
    }
  /** `unusable`: why the version could not run any more; null: it could. */
  | {
      readonly type: 'roll_back_version';
      readonly digest: string;
      readonly reason: string;
      readonly unusable: string | null;
    }
  | { readonly type: 'retire_version'; readonly digest: string; readonly reason: string }
  | { readonly type: 'demote_version'; readonly digest: string; readonly reason: string }
  /** The folder alone decides: this version is in it; null: none of the name is. */
  | { readonly type: 'follow_folder'; readonly ref: PlaybookRef | null; readonly path: string };

/** Who orders, and how people are linked. */
export type VersionContext = { readonly at: string; readonly actor: Actor; readonly people: People };

/** What an order makes happen; no events: it was right and changes nothing. */
export type VersionDecision = { readonly events: readonly Recorded<PlaybookLifeEvent>[]; readonly life: PlaybookLife };

type Events = Result<readonly PlaybookLifeEvent[], Refusal>;
const refuse = (code: Refusal['code'], message: string): Events => err({ code, message });
const named = ({ name, version, digest }: PlaybookRef) => `${name} ${version} (${digest.slice(7, 19)})`;

/** Decides an order. */
export function decideLife(
  life: PlaybookLife,
  command: VersionCommand,
  context: VersionContext,
): Result<VersionDecision, Refusal> {
  const decided = eventsOf(life, command, context);
  if (!decided.ok) return decided;
  const { at, actor } = context;
  const events = decided.value.map((event) => ({ ...event, actor }));
  return ok({ events, life: events.reduce((state, event) => evolveLife(state, { ...event, at }), life) });
}

function eventsOf(life: PlaybookLife, command: VersionCommand, context: VersionContext): Events {
  switch (command.type) {
    case 'register_version':
      return register(life, command, context);
    case 'follow_folder':
      return ok(followFolder(life, command));
    default:
  }
  const version = versionOf(life, command.digest);
  if (!version) return refuse('not_found', `no such version of ${life.name} is registered`);
  const unsaid = withoutReason(command);
  if (unsaid) return err(unsaid);
  switch (command.type) {
    case 'promote_version':
      return promote(life, version, command, context);
    case 'roll_back_version':
      return rollBack(life, version, command);
    case 'retire_version':
      return version.stage === 'retired'
        ? ok([])
        : ok([
            {
              type: 'playbook.retired',
              data: { playbook: version.ref, from: version.stage, reason: command.reason },
            },
          ]);
    case 'demote_version':
      // Whoever decided it has looked at a moment that may be over.
      return version.stage === 'canary' || version.stage === 'shadow' ? ok([demoted(version, command.reason)]) : ok([]);
    default:
      return assertNever(command);
  }
}

const demoted = ({ ref, stage }: PlaybookVersion, reason: string): PlaybookLifeEvent => ({
  type: 'playbook.demoted',
  data: { playbook: ref, from: stage, to: 'draft', reason },
});

/** Another content under the number of this version; null: there is none. */
const sameNumber = (life: PlaybookLife, { version, digest }: PlaybookRef): PlaybookVersion | null =>
  Object.values(life.versions).find(({ ref }) => ref.version === version && ref.digest !== digest) ?? null;

function register(
  life: PlaybookLife,
  { ref, path }: Extract<VersionCommand, { type: 'register_version' }>,
  { actor }: VersionContext,
): Events {
  const known = versionOf(life, ref.digest);
  if (known && (known.author !== null || actor.kind === 'system')) return ok([]);
  const other = known ? null : sameNumber(life, ref);
  if (other)
    return refuse(
      'conflict',
      `${life.name} ${ref.version} is registered with other content (${other.ref.digest.slice(7, 19)}); give this one another version number`,
    );
  return ok([{ type: 'playbook.registered', data: { playbook: ref, path } }]);
}

const order: { readonly [S in Stage]: number } = { draft: 0, retired: 0, shadow: 1, canary: 2, live: 3 };

function promote(
  life: PlaybookLife,
  version: PlaybookVersion,
  command: Extract<VersionCommand, { type: 'promote_version' }>,
  { actor, people }: VersionContext,
): Events {
  const { to, reason, canary, proof, misfits } = command;
  const { ref, stage, author } = version;
  if (author === null)
    return refuse(
      'wrong_state',
      `nobody answers for ${named(ref)} yet: it was found in the folder. Whoever has changed it registers it with \`firebreak playbooks register ${life.name}\`; somebody else promotes it`,
    );
  if (areOnePerson(author, actor, people))
    return refuse('not_allowed', `whoever registered ${named(ref)} may not promote it; ask somebody else`);
  const live = versionAt(life, 'live');
  if (stage === 'retired')
    return refuse(
      'wrong_state',
      life.wasLive.includes(ref.digest)
        ? `${named(ref)} was live before; \`firebreak playbooks rollback\` brings it back`
        : `${named(ref)} is retired; register its content under a new version number`,
    );
  if (stage === to && to !== 'canary') return ok([]);
  if (order[to] < order[stage])
    return refuse('wrong_state', `${named(ref)} is ${stage} already; promoting leads on, \`retire\` ends it`);
  if (to === 'canary') {
    if (!live)
      return refuse('wrong_state', `no version of ${life.name} is live: a canary has nothing to be held against`);
    if (misfits.length > 0)
      return refuse(
        'wrong_state',
        `what starts ${named(live.ref)} does not fit ${named(ref)}: ${misfits.join('; ')}. Promote it to live, or make its inputs fit`,
      );
    if (stage === 'canary' && JSON.stringify(version.canary) === JSON.stringify(canary)) return ok([]);
  }
  const there = to === 'live' ? null : versionAt(life, to);
  const replaced = there && there.ref.digest !== ref.digest ? [demoted(there, `${ref.version} is ${to} now`)] : [];
  const data = { playbook: ref, from: stage, to, reason, proof, ...(canary === undefined ? {} : { canary }) };
  return ok([...replaced, { type: 'playbook.promoted', data }]);
}

function rollBack(
  life: PlaybookLife,
  version: PlaybookVersion,
  { reason, unusable }: Extract<VersionCommand, { type: 'roll_back_version' }>,
): Events {
  const { ref, stage } = version;
  if (stage === 'live') return refuse('wrong_state', `${named(ref)} is live already`);
  if (!life.wasLive.includes(ref.digest))
    return refuse('wrong_state', `${named(ref)} was never live; only what was can be rolled back to`);
  if (unusable !== null)
    return refuse('wrong_state', `${named(ref)} cannot run any more, so that nothing is rolled back: ${unusable}`);
  const from = versionAt(life, 'live')?.ref ?? null;
  return ok([{ type: 'playbook.rolled_back', data: { playbook: ref, from, reason } }]);
}

/** What is in the folder is live, and what is not is not. */
function followFolder(
  life: PlaybookLife,
  { ref, path }: Extract<VersionCommand, { type: 'follow_folder' }>,
): readonly PlaybookLifeEvent[] {
  const live = versionAt(life, 'live');
  const folder = true as const;
  if (ref === null) {
    if (!live) return [];
    const data = { playbook: live.ref, from: live.stage, reason: 'its file is no longer in the folder', folder };
    return [{ type: 'playbook.retired', data }];
  }
  if (live?.ref.digest === ref.digest) return [];
  const known = versionOf(life, ref.digest);
  const other = known ? null : sameNumber(life, ref);
  const registered: readonly PlaybookLifeEvent[] = known
    ? []
    : [
        {
          type: 'playbook.registered',
          data: { playbook: ref, path, ...(other ? { sameNumberAs: other.ref.digest } : {}) },
        },
      ];
  const data = {
    playbook: ref,
    from: known?.stage ?? 'draft',
    to: 'live' as const,
    reason: 'it is in the folder',
    folder,
  };
  return [...registered, { type: 'playbook.promoted', data }];
}

/** The version that a rollback means where it names none. */
export const rollbackTarget = (life: PlaybookLife): string | null => liveBefore(life)?.ref.digest ?? null;
