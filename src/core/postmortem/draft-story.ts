// The draft of a story: what the ledger itself can tell, phase by phase, in words with references. People correct it; it is never stored before they do.
import { isUndo, stepOf } from '../run/state.ts';
import { elapsedMs } from '../time.ts';
import { lasted } from './document-time.ts';
import { type Fact, type Facts, groupBy } from './facts.ts';
import { isRedacted, type Names } from './names.ts';
import type { StoryEntry, StoryPhase } from './story.ts';
import { approvalWaits, trySpans } from './waits.ts';

/** Entries of one phase, at the utmost; the ledger has the rest. */
const maxEntries = 30;
/** Characters of what people wrote. */
const maxSaid = 600;

/** What drafting needs. `reads`: whether a step only looks. */
export type DraftParts = {
  readonly facts: Facts;
  readonly names: Names;
  readonly reads: (step: { readonly uses: string; readonly with: unknown }) => boolean;
};

type Drafted = StoryEntry & { readonly seq: number };

/** Text in quotation marks, cut where it is long. */
export const quoted = (text: string, max = maxSaid): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return `“${line.length <= max ? line : `${line.slice(0, max - 1).toWellFormed()}…`}”`;
};

const refOf = ({ stored }: Pick<Fact, 'stored'>) => ({ stream: stored.streamId, seq: stored.seq });
const entry = (phase: StoryPhase, text: string, facts: readonly Pick<Fact, 'stored'>[]): Drafted => ({
  phase,
  text,
  refs: facts.slice(0, 20).map(refOf),
  seq: facts[0]?.stored.seq ?? 0,
});

/** The story as the ledger tells it, in order within each phase. */
export function draftStory(parts: DraftParts): StoryEntry[] {
  const all = [...alerts(parts), ...people(parts), ...approvals(parts), ...steps(parts), ...ends(parts)];
  return (['detection', 'diagnosis', 'action', 'recovery'] as const).flatMap((phase) => {
    const own = all.filter((one) => one.phase === phase).toSorted((a, b) => a.seq - b.seq);
    const shown = own.slice(0, maxEntries).map(({ phase: of, text, refs }) => ({ phase: of, text, refs }));
    const rest = own.length - shown.length;
    const more = `${rest} more entries of this phase stand in the ledger.`;
    return rest > 0 ? [...shown, { phase, text: more, refs: [] }] : shown;
  });
}

function alerts({ facts, names }: DraftParts): Drafted[] {
  const [opened] = facts.of('incident.opened');
  const received = facts.of('alert.received').filter(({ event }) => event.data.alert.status === 'firing');
  const distinct = [...groupBy(received, ({ event }) => event.data.alert.fingerprint).values()].flatMap(
    (all) => all[0] ?? [],
  );
  const [first, ...others] = distinct;
  const drafted: Drafted[] = [];
  if (opened && (!first || opened.stored.actor.kind === 'user')) {
    const { title, severity } = opened.event.data;
    drafted.push(
      entry(
        'detection',
        `${names.actor(opened.stored.actor)} declared the incident as SEV${severity}: ${quoted(title)}.`,
        [opened],
      ),
    );
  }
  if (first) {
    const { title, source, severity, service, startsAt } = first.event.data.alert;
    const agoMs = startsAt === null ? 0 : elapsedMs(startsAt, first.stored.at);
    const ago = agoMs >= 1000 ? `; by its own word it had begun ${lasted(agoMs)} before` : '';
    const where = service === null ? '' : ` of ${service}`;
    drafted.push(
      entry(
        'detection',
        `${source} reported ${quoted(title, 200)}${where} (${severity})${ago}.`,
        opened ? [opened, first] : [first],
      ),
    );
  }
  if (others.length > 0) {
    const titles = [...new Set(others.map(({ event }) => event.data.alert.title))];
    const named = titles
      .slice(0, 5)
      .map((title) => quoted(title, 120))
      .join(', ');
    const rest = titles.length > 5 ? ` and ${titles.length - 5} other kind(s)` : '';
    drafted.push(
      entry(
        'detection',
        `${others.length} more ${others.length === 1 ? 'alert' : 'alerts'} joined it: ${named}${rest}.`,
        others,
      ),
    );
  }
  const ended = facts.of('alert.resolved');
  const last = ended.at(-1);
  if (last) {
    const text = ended.length === 1 ? 'The alert ended.' : `The last of ${ended.length} alerts that ended did so here.`;
    drafted.push({ ...entry('recovery', text, [last]), refs: [last, ...ended.slice(-10, -1)].map(refOf) });
  }
  return drafted;
}

/** What people said and decided about the incident itself. */
function people({ facts, names }: DraftParts): Drafted[] {
  const drafted: Drafted[] = [];
  const add = (phase: StoryPhase, fact: Pick<Fact, 'stored'>, words: string) =>
    drafted.push(entry(phase, names.text(words), [fact]));
  const edits = groupBy(facts.of('chat.edited'), ({ event: { data } }) => `${data.channelId}/${data.ts}`);
  for (const fact of facts.every) {
    const { event, stored } = fact;
    const who = names.actor(stored.actor);
    if (isRedacted(stored)) continue;
    switch (event.type) {
      case 'incident.acknowledged':
        add('detection', fact, `${who} took it on.`);
        break;
      case 'role.assigned':
        add(
          'detection',
          fact,
          event.data.role === 'lead' || event.data.role === 'commander'
            ? `${names.person(event.data.user)} led it from here on.`
            : `${names.person(event.data.user)} had the role ${event.data.role} from here on.`,
        );
        break;
      case 'role.vacant':
        add('detection', fact, 'Nobody led it, and people were called.');
        break;
      case 'severity.changed':
        add(
          'diagnosis',
          fact,
          `${who} changed the severity from SEV${event.data.from} to SEV${event.data.to}${event.data.reason ? `: ${quoted(event.data.reason)}` : ''}.`,
        );
        break;
      case 'incident.absorbed':
        add(
          'diagnosis',
          fact,
          `${who} found incident #${event.data.fromNumber} to be the same problem and merged it into this one.`,
        );
        break;
      case 'incident.split':
        add(
          'diagnosis',
          fact,
          `${who} found ${event.data.fingerprints.length} alert(s) to be another problem: #${event.data.intoNumber}.`,
        );
        break;
      case 'note.added':
        add('diagnosis', fact, `${who}: ${quoted(event.data.text)}`);
        break;
      case 'chat.kept': {
        const { author, text, channelId, ts } = event.data;
        const last = edits.get(`${channelId}/${ts}`)?.at(-1)?.event.data.text ?? text;
        add('diagnosis', fact, `${author.name ?? names.person(author.id)} in the channel: ${quoted(last)}`);
        break;
      }
      case 'approval.questioned':
        add(
          'diagnosis',
          fact,
          `${who} asked before deciding on ${stepOf(event.data.step)}: ${quoted(event.data.question)}`,
        );
        break;
      case 'update.given':
        add('action', fact, `${who} told people outside: ${quoted(event.data.text)}`);
        break;
      default:
    }
  }
  return drafted;
}

function approvals({ facts, names }: DraftParts): Drafted[] {
  const recorded = groupBy(facts.of('approval.recorded'), ({ event }) => `${event.data.runId} ${event.data.step}`);
  const requested = new Map(facts.of('approval.requested').map((fact) => [fact.stored.seq, fact]));
  const broken = new Map(facts.of('approval.bypassed').map((fact) => [fact.stored.seq, fact]));
  const denied = new Map(facts.of('approval.denied').map((fact) => [fact.stored.seq, fact]));
  return approvalWaits(facts, 0).flatMap((wait) => {
    const [ref, end] = wait.refs;
    const fact = ref && requested.get(ref.seq);
    if (!fact || !ref) return [];
    const what = quoted(fact.event.data.plan.summary ?? stepOf(wait.step), 200);
    const asked = wait.asked.map(names.person).join(', ');
    const after = lasted(wait.to - wait.from);
    const inTime = (recorded.get(`${wait.runId} ${wait.step}`) ?? []).filter(
      ({ stored }) => stored.seq > ref.seq && (!end || stored.seq <= end.seq),
    );
    const by = [...new Set(inTime.map(({ stored }) => names.actor(stored.actor)))].join(' and ') || 'people';
    const no = end && denied.get(end.seq);
    const glass = end && broken.get(end.seq - 1);
    const said = {
      granted: glass
        ? `${names.actor(glass.stored.actor)} broke the glass for ${what} after ${after}: ${quoted(glass.event.data.reason)}; ${asked} had been asked, and were bypassed.`
        : `${by} approved ${what} after ${after}; ${asked} had been asked.`,
      denied: `${no ? names.actor(no.stored.actor) : 'Somebody'} denied ${what} after ${after}${no?.event.data.reason ? `: ${quoted(no.event.data.reason)}` : ''}.`,
      expired: `${asked} had been asked to approve ${what}; nobody decided within ${after}, and it expired.`,
      voided: `The request to approve ${what} was withdrawn after ${after}.`,
      open: `${asked} was asked to approve ${what}.`,
    }[wait.outcome];
    // It stands where it was decided, not where it was asked: the first reference is its time.
    const refs = end === undefined ? [ref] : [end, ref];
    return [{ phase: 'action' as const, text: names.text(said), refs, seq: end?.seq ?? ref.seq }];
  });
}

/** Every step once, whatever number of tries it took. */
function steps({ facts, names, reads }: DraftParts): Drafted[] {
  const plans = new Map(facts.of('step.started').map(({ stored, event }) => [stored.seq, event.data.plan]));
  const tries = groupBy(trySpans(facts, 0), ({ runId, step }) => `${runId} ${step}`);
  return [...tries.values()].flatMap((all) => {
    const [first, last] = [all[0], all.at(-1)];
    const plan = first?.refs[0] && plans.get(first.refs[0].seq);
    if (!first || !last || !plan) return [];
    const looks = !isUndo(first.step) && reads({ uses: plan.uses, with: plan.with });
    const took = last.outcome === 'running' ? '' : ` after ${lasted(last.to - first.from)}`;
    const count = all.length === 1 ? '' : `, at try ${all.length}`;
    const done = {
      succeeded: 'done',
      failed: 'failed',
      retried: 'failed',
      unknown: 'its outcome is unknown',
      running: 'not ended',
    }[last.outcome];
    const undoing = isUndo(first.step) ? `undid ${stepOf(first.step)}: ` : looks ? 'looked: ' : 'ran ';
    const text = `${names.run(first.runId)} ${undoing}${quoted(first.summary, 200)}: ${done}${took}${count}.`;
    const refs = all.flatMap((one) => one.refs).slice(0, 20);
    return [
      {
        phase: looks ? ('diagnosis' as const) : ('action' as const),
        text: names.text(text),
        refs,
        seq: refs[0]?.seq ?? 0,
      },
    ];
  });
}

/** How it ended, and if it began anew. */
function ends({ facts, names }: DraftParts): Drafted[] {
  return facts.every.flatMap((fact) => {
    const { event, stored } = fact;
    const who = names.actor(stored.actor);
    const own = stored.actor.kind === 'system';
    const add = (text: string) => [entry('recovery', names.text(text), [fact])];
    switch (event.type) {
      case 'incident.mitigated':
        return add(`${who} said that it did no more harm${event.data.reason ? `: ${quoted(event.data.reason)}` : '.'}`);
      case 'incident.resolved':
        return add(
          own ? `It was resolved by itself: ${event.data.reason}.` : `${who} resolved it: ${quoted(event.data.reason)}`,
        );
      case 'incident.reopened':
        return add(
          own ? `It was opened again: ${event.data.reason}.` : `${who} opened it again: ${quoted(event.data.reason)}`,
        );
      default:
        return [];
    }
  });
}
