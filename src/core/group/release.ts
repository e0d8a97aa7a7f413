// Which of the held alerts of a group go on now, and what holds the others. Looks at no alert that is not held.
import { elapsedMs, formatDuration } from '../time.ts';
import type { Verdict } from './command.ts';
import type { GroupDraft } from './draft.ts';
import { isMute } from './evolve.ts';
import { stopFlapping } from './flapping.ts';
import type { Hold } from './hold.ts';
import { newsAfter, sameHold, waiting } from './holds.ts';
import { type GroupMember, heldIn } from './state.ts';
import { isPaused, pausedUntil, waitedUntil } from './waits.ts';

type Held = ReturnType<typeof heldIn>[number];

/** Asks anew of each that is held whether it is muted, and of each that flaps whether it is calm. */
export function reviewHeld(
  draft: GroupDraft,
  verdictOf: (alert: NonNullable<GroupMember['alert']>) => Verdict | null,
): void {
  for (const [fingerprint, member] of Object.entries(draft.state.members)) {
    const { alert, hold, status } = member;
    const verdict = alert === null ? null : verdictOf(alert);
    // What another incident knows to fire goes on to that one.
    if (alert !== null && verdict === null) continue;
    stopFlapping(draft, fingerprint);
    if (verdict === null || hold === null) continue;
    if (status === 'firing' && verdict.type === 'muted')
      changeHold(draft, fingerprint, { from: hold, to: verdict.hold });
    else if (isMute(hold))
      changeHold(draft, fingerprint, { from: hold, to: { ...waiting(draft), reason: newsAfter(hold, member) } });
  }
}

function changeHold(draft: GroupDraft, fingerprint: string, { from, to }: { from: Hold; to: Hold }): void {
  if (sameHold(from, to)) return;
  draft.record({ type: 'group.hold_changed', data: { fingerprint, hold: to } });
}

/** Lets go what nothing holds any more, and writes down what holds the others. */
export function releaseHeld(draft: GroupDraft): void {
  const { context } = draft;
  // What begins to flap while nobody knows that it fires is told once.
  const held = heldIn(draft.state).filter(
    ([, { flapping, told, status, hold }]) => !isMute(hold) && !(flapping && (told || status === 'resolved')),
  );
  if (held.length === 0) return;
  const [going, paused, ready]: [Held[], Held[], Held[]] = [[], [], []];
  for (const one of held) {
    const [, member] = one;
    const goes = member.status === 'resolved' || member.told || member.flapping;
    if (goes) going.push(one);
    else if (isPaused(member, context.settings, context.at)) paused.push(one);
    else ready.push(one);
  }
  for (const [fingerprint, member] of paused)
    holdFor(draft, fingerprint, { member, by: 'pause', until: pausedUntil(member, context.settings) });
  const hold = ready.length === 0 ? null : groupHold(draft, ready);
  if (hold === null) going.push(...ready);
  else
    for (const [fingerprint, member] of ready) holdFor(draft, fingerprint, { member, by: hold.by, until: hold.until });
  if (going.length > 0) letGo(draft, going);
}

/** What holds a group as a whole before anybody is told of it; null: nothing. */
function groupHold({ target, context }: GroupDraft, ready: readonly Held[]): Pick<Hold, 'by' | 'until'> | null {
  const { at, settings, incident } = context;
  if (incident?.isOpen && incident.id === target) return null;
  const { count, withinMs } = settings.threshold;
  const recent = ready.filter(([, { since }]) => elapsedMs(since, at) <= withinMs);
  if (count > 1 && recent.length < count) return { by: 'threshold', until: null };
  const members = ready.map(([, member]) => member);
  const until = waitedUntil(members, settings);
  return elapsedMs(at, until) > 0 ? { by: 'wait', until } : null;
}

function holdFor(
  draft: GroupDraft,
  fingerprint: string,
  { member, by, until }: Pick<Hold, 'by' | 'until'> & { readonly member: Pick<Held[1], 'hold'> },
): void {
  const { hold } = member;
  // Most are held as before, and are looked at with every alert of their group.
  if (hold.by === by && hold.until === until) return;
  changeHold(draft, fingerprint, { from: hold, to: { ...hold, by, until } });
}

function letGo(draft: GroupDraft, going: readonly Held[]): void {
  const why = reasonOf(draft, going);
  for (const [, { alert, receipt, told, unacted, hold, status }] of going) {
    // Of what people know to fire they are told once more only why it was quiet.
    const acts = status === 'resolved' || !told || unacted;
    const isNews = acts || hold.by !== 'wait' || hold.reason !== null;
    draft.passed.push({ alert, receipt, because: isNews ? (hold.reason ?? why) : null, acts });
  }
  const fingerprints = going.map(([fingerprint]) => fingerprint);
  draft.record({ type: 'group.released', data: { incidentId: draft.target, fingerprints, reason: why ?? 'at once' } });
}

function reasonOf({ context: { settings, at } }: GroupDraft, going: readonly Held[]): string | null {
  const reasons = new Set(going.flatMap(([, { hold }]) => hold.reason ?? []));
  if (reasons.size > 0) return [...reasons].join('; ');
  if (going.some(([, { flapping }]) => flapping)) return 'it flaps: further changes are held until it is calm';
  const { count, withinMs } = settings.threshold;
  if (count > 1 && going.length >= count) return `${going.length} alerts within ${formatDuration(withinMs)}`;
  const first = going.map(([, { since }]) => since).toSorted()[0] ?? at;
  const heldMs = elapsedMs(first, at);
  return heldMs > 0 ? `it still fires after ${formatDuration(heldMs)}` : null;
}
