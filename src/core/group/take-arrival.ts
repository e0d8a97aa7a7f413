// What one notification means for its group: it goes on, it is held, it ends what was held, or it is remembered. Releases nothing.
import { alertActor } from '../incident/decide-alerts.ts';
import type { Arrival } from './command.ts';
import type { GroupDraft } from './draft.ts';
import { isMute } from './evolve.ts';
import { changesWithin, flaps, stopFlapping } from './flapping.ts';
import { newsAfter, overBecause, sameHold, waiting } from './holds.ts';
import { type GroupMember, memberOf } from './state.ts';

/** Records one alert. */
export function takeArrival(draft: GroupDraft, arrival: Arrival, receipt: string): void {
  stopFlapping(draft, arrival.alert.fingerprint);
  if (arrival.alert.status === 'firing') takeBegin(draft, arrival, receipt);
  else takeEnd(draft, arrival, receipt);
}

function takeBegin(draft: GroupDraft, { alert, verdict, active }: Arrival, receipt: string): void {
  const { fingerprint } = alert;
  const member = memberOf(draft.state, fingerprint);
  const actor = alertActor(alert);
  const late = member && !active ? overAlready(member, alert) : null;
  if (late !== null) {
    draft.record({ type: 'group.begin_ignored', data: { fingerprint, receipt, reason: late } }, actor);
    return;
  }
  if (member && goesOn(member, alert, verdict)) {
    draft.record({ type: 'group.alert_repeated', data: { fingerprint, receipt, count: member.count + 1 } }, actor);
    return;
  }
  if (verdict.type === 'muted') {
    const taken = verdict.consolidated && !active && !member?.told;
    const told = active || taken ? { told: true as const } : {};
    const unacted = taken ? { unacted: true as const } : {};
    draft.record(
      { type: 'group.alert_held', data: { alert, receipt, hold: verdict.hold, ...told, ...unacted } },
      actor,
    );
    // The window's own incident takes it, and acts at the end of the window if it still fires.
    if (taken) draft.passed.push({ alert, receipt, because: null, acts: false });
    return;
  }
  if (member?.flapping) {
    draft.record({ type: 'group.alert_changed', data: { fingerprint, status: 'firing', alert, receipt } }, actor);
    return;
  }
  const over = member?.hold && isMute(member.hold) ? overBecause(member.hold) : null;
  if (active) {
    const because = member?.hold && over !== null ? newsAfter(member.hold, member) : null;
    passOn(draft, { alert, receipt, because, acts: member?.unacted ?? false });
    return;
  }
  const hold = over === null ? (member?.hold ?? waiting(draft)) : { ...waiting(draft), reason: over };
  draft.record({ type: 'group.alert_held', data: { alert, receipt, hold } }, actor);
  startFlapping(draft, fingerprint);
}

function takeEnd(draft: GroupDraft, { alert, active, known }: Arrival, receipt: string): void {
  const { fingerprint, endsAt, startsAt, title } = alert;
  const member = memberOf(draft.state, fingerprint);
  const actor = alertActor(alert);
  const isMuted = member?.hold !== null && member?.hold !== undefined && isMute(member.hold);
  const flapping = !isMuted && (member?.flapping || (active && startFlapping(draft, fingerprint, draft.context.at)));
  if (flapping) {
    draft.record({ type: 'group.alert_changed', data: { fingerprint, status: 'resolved', alert, receipt } }, actor);
    return;
  }
  if (member?.hold) draft.record({ type: 'group.alert_ended', data: { fingerprint, receipt, endsAt } }, actor);
  // Whoever was told the begin is told the end, whatever mutes it.
  if (active) passOn(draft, { alert, receipt, because: null, acts: true });
  else if (!member?.hold && !known)
    draft.record({ type: 'group.end_remembered', data: { fingerprint, title, receipt, startsAt, endsAt } }, actor);
}

/** True for a repetition of what is held, that says nothing new and is held as before. */
function goesOn(
  { hold, alert: known, status }: GroupMember,
  alert: Arrival['alert'],
  verdict: Arrival['verdict'],
): boolean {
  if (hold === null || known === null || status !== 'firing') return false;
  if (known.severity !== alert.severity || known.title !== alert.title) return false;
  return verdict.type === 'muted' ? sameHold(hold, verdict.hold) : !isMute(hold) && hold.by !== 'flapping';
}

/** Why a begin is of an episode whose end has come already; null: it is not. */
function overAlready({ end, status }: GroupMember, { startsAt }: Arrival['alert']): string | null {
  if (end === null || status === 'firing' || startsAt === null) return null;
  const ofIt = end.startsAt === null ? end.endsAt !== null && startsAt < end.endsAt : startsAt <= end.startsAt;
  return ofIt ? 'its end came before it' : null;
}

function passOn(draft: GroupDraft, passed: GroupDraft['passed'][number]): void {
  const { alert, receipt } = passed;
  const { fingerprint, status, severity } = alert;
  draft.record({ type: 'group.alert_passed', data: { fingerprint, status, receipt, severity } }, alertActor(alert));
  draft.passed.push(passed);
}

/** Records that it begins to flap, if it does; `also`: a change that is not recorded yet. */
function startFlapping(draft: GroupDraft, fingerprint: string, also?: string): boolean {
  const { settings, at } = draft.context;
  const member = memberOf(draft.state, fingerprint);
  if (!member || settings.flapping === null) return false;
  const changes = also === undefined ? member.changes : [...member.changes, also];
  if (!flaps(changes, settings.flapping, at)) return false;
  const count = changesWithin(changes, settings.flapping.withinMs, at);
  draft.record({ type: 'group.flapping_started', data: { fingerprint, changes: count } });
  return true;
}
