// The right of playbooks to act without asking, as the system stream has it: how it is lost by itself, and given back by people. It never
// lifts an approval: whoever is trusted is asked nothing more than the playbook and the policies ask. Pure.
import type { Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import { saysWhy } from '../says-why.ts';
import { addMs } from '../time.ts';
import type { TrustCause, TrustSettings } from '../trust/settings.ts';
import type { SystemEvent } from './events.ts';

/** How one playbook stands. */
export type TrustRecord = {
  readonly level: 'trusted' | 'supervised';
  /** Since when it has this level; null: since ever. */
  readonly since: string | null;
  readonly reason: string | null;
  /** What lowered it by itself; null: people did, or it is trusted. */
  readonly because: TrustCause | null;
  /** When people last raised it; null: never. */
  readonly raisedAt: string | null;
  readonly reviewedAt: string | null;
  /** When more trust was proposed since it was lowered; null: not yet. */
  readonly proposedAt: string | null;
};

/** The records by the name of the playbook. */
export type TrustRecords = { readonly [playbook: string]: TrustRecord };

/** An event about trust. */
export type TrustEvent = Extract<SystemEvent, { type: `trust.${string}` }>;

/** True for an event about trust. */
export const isTrustEvent = <T extends { readonly type: SystemEvent['type'] }>(
  event: T,
): event is Extract<T, { readonly type: TrustEvent['type'] }> => event.type.startsWith('trust.');

/** What is known of a playbook in force. */
export type TrustFacts = {
  readonly playbook: string;
  readonly settings: TrustSettings;
  /** Since when its error budgets are used up, by what is promised. */
  readonly burned: readonly { readonly objective: string; readonly since: string }[];
  /** null: there was none of late. */
  readonly lastDrill: { readonly outcome: 'passed' | 'failed'; readonly at: string } | null;
  /** null: never; absent from a playbook that has nothing to undo. */
  readonly undoProvenAt?: string | null;
  /** When this version of it came into force, and when the first one that is known did. */
  readonly versionSince: string;
  readonly knownSince: string;
  /** Of the runs that ended since it was lowered: how many ended well in a row, the latest first. */
  readonly cleanRuns: number;
};

/** Somebody looked at what is known: what follows is recorded, once. */
export type RecordTrust = { readonly type: 'record_trust'; readonly facts: readonly TrustFacts[] };
/** What people order about one playbook. */
export type OrderTrust = {
  readonly type: 'lower_trust' | 'raise_trust' | 'review_playbook';
  readonly playbook: string;
  readonly reason: string;
  /** How it stands where nothing is recorded of it. */
  readonly start: TrustSettings['start'];
};

const unknownTrust = (start: TrustSettings['start']): TrustRecord => ({
  level: start,
  since: null,
  reason: start === 'supervised' ? 'it has yet to earn trust' : null,
  because: null,
  raisedAt: null,
  reviewedAt: null,
  proposedAt: null,
});

/** How a playbook stands. */
export const trustOf = (records: TrustRecords, playbook: string, start: TrustSettings['start']): TrustRecord =>
  (Object.hasOwn(records, playbook) ? records[playbook] : undefined) ?? unknownTrust(start);

/** What can be asked about trust. */
export type TrustCommand = RecordTrust | OrderTrust;

/** True for a command about trust. */
export const isTrustCommand = (command: { readonly type: string }): command is TrustCommand =>
  ['record_trust', 'lower_trust', 'raise_trust', 'review_playbook'].includes(command.type);

/** What a command leads to; `playbooks`: the names of those in force. */
export function decideTrust(
  records: TrustRecords,
  command: TrustCommand,
  { at, playbooks }: { readonly at: string; readonly playbooks: readonly string[] },
): Result<readonly TrustEvent[], Refusal> {
  if (command.type === 'record_trust') return ok(recorded(records, command, at));
  return playbooks.includes(command.playbook)
    ? ordered(records, command)
    : err({ code: 'not_found', message: `there is no playbook ${command.playbook}` });
}

/** What a look records. */
const recorded = (records: TrustRecords, { facts }: RecordTrust, at: string): readonly TrustEvent[] =>
  facts.flatMap((one) => {
    const record = trustOf(records, one.playbook, one.settings.start);
    if (record.level === 'trusted') return lowered(record, one, at);
    return record.proposedAt === null && one.cleanRuns >= one.settings.cleanRuns
      ? [{ type: 'trust.proposed', data: { playbook: one.playbook, runs: one.cleanRuns } } as const]
      : [];
  });

/** What people have raised since stays raised: only what is newer lowers it again. */
function lowered(record: TrustRecord, facts: TrustFacts, at: string): readonly TrustEvent[] {
  const { playbook } = facts;
  const [because, reason] = whyLowered(record, facts, at) ?? [];
  return because === undefined || reason === undefined
    ? []
    : [{ type: 'trust.lowered', data: { playbook, reason, because } }];
}

function whyLowered(record: TrustRecord, facts: TrustFacts, at: string): readonly [TrustCause, string] | null {
  const { settings, burned, lastDrill, undoProvenAt, versionSince, knownSince } = facts;
  const isNews = (instant: string) => record.raisedAt === null || instant > record.raisedAt;
  const budget = burned.find(({ since }) => isNews(since));
  if (settings.lowerOn.includes('budget') && budget)
    return ['budget', `its error budget is used up (${budget.objective})`];
  if (settings.lowerOn.includes('drill') && lastDrill?.outcome === 'failed' && isNews(lastDrill.at))
    return ['drill', 'its last drill failed'];
  const isOver = (withinMs: number | null, from: string, done: string | null) =>
    withinMs !== null && addMs(latest(from, record.raisedAt, done), withinMs) < at;
  if (undoProvenAt !== undefined && isOver(settings.undoProvenWithinMs, versionSince, undoProvenAt))
    return ['undo', undoProvenAt === null ? 'its undo was never proven' : 'its undo was proven too long ago'];
  return isOver(settings.reviewEveryMs, knownSince, record.reviewedAt)
    ? ['review', 'nobody has reviewed it in time']
    : null;
}

const latest = (first: string, ...others: readonly (string | null)[]): string =>
  others.reduce<string>((last, one) => (one !== null && one > last ? one : last), first);

/** What people order, or why it makes no sense. */
function ordered(records: TrustRecords, order: OrderTrust): Result<readonly TrustEvent[], Refusal> {
  const { playbook, reason } = order;
  if (!saysWhy(reason))
    return err({ code: 'invalid', message: 'say why: whoever asks what this playbook may do will read it' });
  const { level } = trustOf(records, playbook, order.start);
  const wrong = (message: string) => err<Refusal>({ code: 'wrong_state', message });
  switch (order.type) {
    case 'lower_trust':
      return level === 'supervised'
        ? wrong(`${playbook} asks people already before it acts by itself`)
        : ok([{ type: 'trust.lowered', data: { playbook, reason } }]);
    case 'raise_trust':
      return level === 'trusted'
        ? wrong(`${playbook} acts by itself already; only its approvals and the policies ask people`)
        : ok([{ type: 'trust.raised', data: { playbook, reason } }]);
    case 'review_playbook':
      return ok([{ type: 'trust.reviewed', data: { playbook, reason } }]);
  }
}

/** Folds one event. */
export function evolveTrust(records: TrustRecords, event: TrustEvent & { readonly at: string }): TrustRecords {
  const { playbook } = event.data;
  const before = trustOf(records, playbook, 'trusted');
  const { at } = event;
  const set = (change: Partial<TrustRecord>): TrustRecords => ({ ...records, [playbook]: { ...before, ...change } });
  switch (event.type) {
    case 'trust.lowered': {
      const { reason, because = null } = event.data;
      return set({ level: 'supervised', since: at, reason, because, proposedAt: null });
    }
    case 'trust.proposed':
      return set({ ...(Object.hasOwn(records, playbook) ? {} : unknownTrust('supervised')), proposedAt: at });
    case 'trust.raised':
      return set({
        level: 'trusted',
        since: at,
        reason: event.data.reason,
        because: null,
        raisedAt: at,
        proposedAt: null,
      });
    case 'trust.reviewed':
      return set({ reviewedAt: at });
  }
}
