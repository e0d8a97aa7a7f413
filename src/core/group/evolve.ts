// How the events of an alert group lead to its state. Pure and total; asks no rule, so that every stream ever written folds.
import { assertNever } from '../result.ts';
import { addMs } from '../time.ts';
import type { GroupEvent } from './events.ts';
import type { Hold } from './hold.ts';
import { type GroupFact, type GroupMember, type GroupState, memberOf } from './state.ts';

type DataOf<T extends GroupEvent['type']> = Extract<GroupEvent, { type: T }>['data'];

/** Changes of one alert that are kept. */
const maxChanges = 20;
/** What is over and held by nothing is forgotten after this time: longer than any alert flaps, and than any begin comes late. */
const forgetAfterMs = 24 * 60 * 60_000;

/** The state that an opening event gives. */
export function openGroup(id: string, event: GroupFact & { readonly type: 'group.opened' }): GroupState {
  const { key, rule, title } = event.data;
  return {
    id,
    key,
    rule,
    title,
    openedAt: event.at,
    lastAt: event.at,
    generation: 0,
    windowFrom: null,
    incidentId: null,
    members: {},
    suppressed: {},
  };
}

/** Folds one event of a group into the state. */
export function evolveGroup(state: GroupState, event: GroupFact): GroupState {
  const { at } = event;
  switch (event.type) {
    case 'group.opened':
      return openGroup(state.id, event);
    case 'group.alert_held':
      return counted(hold(joined(state, at), event.data, at), event.data.hold);
    case 'group.hold_changed':
      return changeMember(state, event.data.fingerprint, ({ since, hold: before, ...member }) => ({
        ...member,
        hold: event.data.hold,
        // What was muted counts for the group from now on.
        since: before !== null && isMute(before) ? at : since,
      }));
    case 'group.alert_repeated':
      return repeat(state, event.data, at);
    case 'group.alert_passed':
      return pass(joined(state, at), event.data, at);
    case 'group.released':
      return release(state, event.data);
    case 'group.alert_ended':
      return changeMember(state, event.data.fingerprint, (member) => ({
        ...changed(member, 'resolved', at),
        ...nothingHeld,
        receipt: event.data.receipt,
      }));
    case 'group.end_remembered':
      return rememberEnd(joined(state, at), event.data, at);
    case 'group.begin_ignored':
      return changeMember(state, event.data.fingerprint, (member) => ({ ...member, lastAt: at }));
    case 'group.flapping_started':
      return changeMember(state, event.data.fingerprint, (member) => ({ ...member, flapping: true }));
    case 'group.flapping_stopped':
      return changeMember(state, event.data.fingerprint, (member) => ({ ...member, flapping: false }));
    case 'group.alert_changed': {
      const { fingerprint, status, alert, receipt } = event.data;
      return changeMember(joined(state, at), fingerprint, (member) => ({
        ...changed(member, status, at),
        alert,
        receipt,
        count: member.count + 1,
        hold: { by: 'flapping', name: state.rule ?? state.key, owner: null, reason: null, until: null },
      }));
    }
    case 'group.window_ended':
      return { ...state, generation: event.data.generation, windowFrom: null, incidentId: null };
    default:
      return assertNever(event);
  }
}

const nothingHeld = { alert: null, hold: null, count: 0, unacted: false } as const;

/** True for what is held by people's word or by another alert, and not by the rules of the group. */
export const isMute = ({ by }: Pick<Hold, 'by'>): boolean =>
  by === 'silence' || by === 'window' || by === 'inhibition' || by === 'route';

/** An alert came: the window goes on, or begins. */
function joined(state: GroupState, at: string): GroupState {
  // Instants are ordered as texts are; of a group that fires as a whole not even this one is worked out.
  let forgottenAt: string | null = null;
  const isKept = (fingerprint: string) => {
    const member = state.members[fingerprint];
    if (member === undefined || member.status === 'firing') return true;
    forgottenAt ??= addMs(at, -forgetAfterMs);
    return member.lastAt > forgottenAt;
  };
  const fingerprints = Object.keys(state.members);
  const members = fingerprints.every(isKept)
    ? state.members
    : Object.fromEntries(Object.entries(state.members).filter(([fingerprint]) => isKept(fingerprint)));
  return {
    ...state,
    lastAt: at,
    windowFrom: state.windowFrom ?? at,
    members,
  };
}

const counted = (state: GroupState, { by }: Hold): GroupState => ({
  ...state,
  suppressed: { ...state.suppressed, [by]: (state.suppressed[by] ?? 0) + 1 },
});

const setMember = (state: GroupState, fingerprint: string, member: GroupMember): GroupState => ({
  ...state,
  members: { ...state.members, [fingerprint]: member },
});

function changeMember(
  state: GroupState,
  fingerprint: string,
  change: (member: GroupMember) => GroupMember,
): GroupState {
  const member = memberOf(state, fingerprint);
  return member ? setMember(state, fingerprint, change(member)) : state;
}

/** A member with another status, and when it changed. */
function changed(member: GroupMember, status: GroupMember['status'], at: string): GroupMember {
  if (member.status === status) return { ...member, lastAt: at };
  return { ...member, status, lastAt: at, changes: [...member.changes, at].slice(-maxChanges) };
}

const unknown = (at: string, title: string): GroupMember => ({
  status: 'resolved',
  title,
  receipt: '',
  since: at,
  lastAt: at,
  told: false,
  end: null,
  changes: [],
  flapping: false,
  ...nothingHeld,
});

function hold(
  state: GroupState,
  { alert, receipt, hold: by, told, unacted }: DataOf<'group.alert_held'>,
  at: string,
): GroupState {
  const { fingerprint, title } = alert;
  const known = memberOf(state, fingerprint) ?? unknown(at, title);
  const begins = known.status !== 'firing';
  const member = changed(known, 'firing', at);
  return setMember(state, fingerprint, {
    ...member,
    title,
    alert,
    receipt,
    hold: by,
    count: begins ? 1 : member.count + 1,
    since: begins || (known.hold === null && !known.told) ? at : member.since,
    told: told === true || (member.told && !begins),
    unacted: unacted === true || (member.unacted && !begins),
    end: null,
  });
}

function repeat(
  state: GroupState,
  { fingerprint, receipt, count }: DataOf<'group.alert_repeated'>,
  at: string,
): GroupState {
  const member = memberOf(state, fingerprint);
  if (!member) return state;
  const told = setMember({ ...state, lastAt: at }, fingerprint, { ...member, receipt, count, lastAt: at });
  return member.hold === null ? told : counted(told, member.hold);
}

function pass(
  state: GroupState,
  { fingerprint, status, receipt }: DataOf<'group.alert_passed'>,
  at: string,
): GroupState {
  const known = memberOf(state, fingerprint) ?? unknown(at, fingerprint);
  return setMember(state, fingerprint, {
    ...changed(known, status, at),
    ...nothingHeld,
    receipt,
    told: status === 'firing',
    end: null,
    since: known.status === status ? known.since : at,
  });
}

function release(state: GroupState, { incidentId, fingerprints }: DataOf<'group.released'>): GroupState {
  const freed = fingerprints.reduce(
    (to, fingerprint) =>
      changeMember(to, fingerprint, (member) => ({ ...member, ...nothingHeld, told: member.status === 'firing' })),
    state,
  );
  return { ...freed, incidentId };
}

function rememberEnd(state: GroupState, data: DataOf<'group.end_remembered'>, at: string): GroupState {
  const { fingerprint, title, receipt, startsAt, endsAt } = data;
  const known = memberOf(state, fingerprint) ?? unknown(at, title);
  return setMember(state, fingerprint, { ...known, lastAt: at, receipt, end: { startsAt, endsAt } });
}
