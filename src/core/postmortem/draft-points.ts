// The drafts of what helped, of what was tried and did not help, and of the summary: from the ledger alone. Pure.
import { isUndo, stepOf } from '../run/state.ts';
import { elapsedMs } from '../time.ts';
import type { Clocks } from './clocks.ts';
import { type DocumentTime, lasted } from './document-time.ts';
import { type DraftParts, quoted } from './draft-story.ts';
import { groupBy } from './facts.ts';
import { covered, within } from './spans.ts';
import type { LedgerRef, StoryImpact, StoryPoint } from './story.ts';
import { approvalWaits, type TrySpan, trySpans } from './waits.ts';

/** Points of one list, at the utmost. */
const maxPoints = 20;
/** An alert that ends this soon after a step may have ended because of it. */
const soonMs = 15 * 60_000;

const keyOf = ({ runId, step }: { readonly runId: string; readonly step: string }) => `${runId} ${step}`;

/** The last try of each step, with all references to it. */
function lastTries(parts: DraftParts): readonly (TrySpan & { readonly tries: number })[] {
  return [...groupBy(trySpans(parts.facts, 0), keyOf).values()].flatMap((all) => {
    const last = all.at(-1);
    return last ? [{ ...last, tries: all.length, refs: all.flatMap(({ refs }) => refs).slice(-20) }] : [];
  });
}

/** Steps that changed something, worked and stayed, with the alert that ended after them. */
export function draftHelped(parts: DraftParts): StoryPoint[] {
  const { facts, names } = parts;
  const tries = lastTries(parts);
  const undone = new Set(
    tries
      .filter(({ step, outcome }) => isUndo(step) && outcome === 'succeeded')
      .map(({ runId, step }) => `${runId} ${stepOf(step)}`),
  );
  const looks = readSteps(parts);
  return tries
    .filter(
      (one) => one.outcome === 'succeeded' && !isUndo(one.step) && !looks.has(keyOf(one)) && !undone.has(keyOf(one)),
    )
    .slice(0, maxPoints)
    .map((one) => {
      const ended = facts.of('alert.resolved').find(({ stored }) => {
        const after = Date.parse(stored.at) - one.to;
        return after >= 0 && after <= soonMs;
      });
      const then = ended ? `; an alert ended ${lasted(Date.parse(ended.stored.at) - one.to)} later` : '';
      const refs = ended ? [...one.refs, { stream: ended.stored.streamId, seq: ended.stored.seq }] : one.refs;
      return {
        text: names.text(`${names.run(one.runId)}: ${quoted(one.summary, 200)} worked${then}.`),
        refs: [...refs],
      };
    });
}

function readSteps({ facts, reads }: DraftParts): ReadonlySet<string> {
  const looking = facts
    .of('step.started')
    .filter(({ event: { data } }) => reads({ uses: data.plan.uses, with: data.plan.with }));
  return new Set(looking.map(({ event }) => keyOf(event.data)));
}

/** What was denied, expired, failed, had no known outcome, or was undone. */
export function draftNotHelped(parts: DraftParts): StoryPoint[] {
  const { facts, names } = parts;
  const points: (StoryPoint & { readonly seq: number })[] = [];
  const add = (text: string, refs: readonly LedgerRef[]) =>
    points.push({ text: names.text(text), refs: [...refs], seq: refs[0]?.seq ?? 0 });
  const plans = new Map(facts.of('approval.requested').map(({ stored, event }) => [stored.seq, event.data.plan]));
  const denials = new Map(facts.of('approval.denied').map((fact) => [fact.stored.seq, fact]));
  for (const wait of approvalWaits(facts, 0)) {
    const what = quoted(plans.get(wait.refs[0]?.seq ?? 0)?.summary ?? stepOf(wait.step), 200);
    const after = lasted(wait.to - wait.from);
    const no = denials.get(wait.refs[1]?.seq ?? 0);
    if (wait.outcome === 'denied')
      add(
        `${what} was denied by ${no ? names.actor(no.stored.actor) : 'somebody'} after ${after}${no?.event.data.reason ? `: ${quoted(no.event.data.reason)}` : ''}.`,
        wait.refs,
      );
    else if (wait.outcome === 'expired')
      add(
        `${what} was not tried: nobody of ${wait.asked.map(names.person).join(', ')} decided within ${after}.`,
        wait.refs,
      );
  }
  for (const one of lastTries(parts)) {
    const what = quoted(one.summary, 200);
    const tries = one.tries === 1 ? '' : ` at ${one.tries} tries`;
    if (isUndo(one.step)) {
      if (one.outcome === 'succeeded')
        add(`${names.run(one.runId)}: ${stepOf(one.step)} was undone (${what}).`, one.refs);
      else add(`${names.run(one.runId)}: undoing ${stepOf(one.step)} (${what}) did not work.`, one.refs);
    } else if (one.outcome === 'failed')
      add(`${names.run(one.runId)}: ${what} failed${tries}: ${whyFailed(parts, one)}`, one.refs);
    else if (one.outcome === 'unknown')
      add(`${names.run(one.runId)}: whether ${what} took effect is not known.`, one.refs);
  }
  return points
    .toSorted((a, b) => a.seq - b.seq)
    .slice(0, maxPoints)
    .map(({ text, refs }) => ({ text, refs }));
}

function whyFailed({ facts }: DraftParts, { refs }: TrySpan): string {
  const seqs = new Set(refs.map(({ seq }) => seq));
  const failed = facts.of('step.failed').findLast(({ stored }) => seqs.has(stored.seq));
  return failed ? quoted(failed.event.data.error.message, 300) : 'it is not known why.';
}

/** What a summary is drafted from, besides the facts. */
export type SummaryParts = DraftParts & { readonly clocks: Clocks; readonly time: DocumentTime };

/** How long it lasted, and how much of that waited for people; null: it is not over. */
function durationOf({
  facts,
  clocks,
}: Pick<SummaryParts, 'facts' | 'clocks'>): { readonly ms: number; readonly waitedMs: number } | null {
  const { began, over } = clocks;
  if (began.at === null || over.at === null) return null;
  const whole = { from: Date.parse(began.at), to: Date.parse(over.at) };
  return { ms: elapsedMs(began.at, over.at), waitedMs: covered(within(approvalWaits(facts, whole.to), whole)) };
}

/** A few sentences for people who were not there. */
export function draftSummary(parts: SummaryParts): string {
  const { facts, names, clocks, time } = parts;
  const [opened] = facts.of('incident.opened');
  if (!opened || clocks.began.at === null) return '';
  const severity = facts.of('severity.changed').at(-1)?.event.data.to ?? opened.event.data.severity;
  const services = servicesOf(parts);
  const on =
    services.length > 0
      ? ` on ${services.slice(0, 3).join(', ')}${services.length > 3 ? ` and ${services.length - 3} more` : ''}`
      : '';
  const duration = durationOf(parts);
  const detected = clocks.detected.at === null ? 0 : elapsedMs(clocks.began.at, clocks.detected.at);
  const runs = facts.of('run.started');
  const helped = draftHelped(parts);
  const failed = draftNotHelped(parts);
  const sentences = [
    `A SEV${severity} incident${on} began at ${time.minute(clocks.began.at)}: ${opened.event.data.title.replace(/\s+/g, ' ').trim().replace(/\.+$/, '')}.`,
    detected >= 1000 ? `It was detected ${lasted(detected)} after it began.` : 'It was detected at once.',
    runs.length === 0
      ? 'No playbook ran; people worked on it by hand.'
      : `${runs.length === 1 ? 'One playbook ran' : `${runs.length} playbooks ran`} (${[...new Set(runs.map(({ event }) => event.data.playbook.name))].join(', ')}): ${cameOf(helped.length, failed.length)}.`,
    duration === null
      ? 'It is not resolved.'
      : `It was over after ${lasted(duration.ms)}${duration.waitedMs >= 1000 ? `, ${lasted(duration.waitedMs)} of it waiting for an approval` : ''}.`,
  ];
  return oneLine(names.text(sentences.join(' ')));
}

/** What comes from alerts may have lines of its own: a draft is one paragraph. */
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

/** `1 change worked, 2 attempts did not help`. */
function cameOf(helped: number, failed: number): string {
  const worked = helped === 0 ? 'no change stayed' : `${helped} change${helped === 1 ? '' : 's'} worked`;
  return failed === 0 ? worked : `${worked}, ${failed} attempt${failed === 1 ? '' : 's'} did not help`;
}

/** What alerts and people say it was about. */
export function servicesOf({ facts }: Pick<DraftParts, 'facts'>): readonly string[] {
  const said = facts.of('incident.opened').flatMap(({ event }) => event.data.service ?? []);
  return [...new Set([...said, ...facts.of('alert.received').flatMap(({ event }) => event.data.alert.service ?? [])])];
}

/** What the ledger knows of the impact: never who was hit, for no alert says so. */
export function draftImpact(parts: SummaryParts): StoryImpact {
  const { facts, clocks, time, names } = parts;
  const titles = [...new Set(facts.of('alert.received').map(({ event }) => event.data.alert.title))];
  const services = servicesOf(parts);
  const what = [
    ...(services.length > 0 ? [`Services: ${services.slice(0, 10).join(', ')}.`] : []),
    ...(titles.length > 0
      ? [
          `Alerts: ${titles
            .slice(0, 5)
            .map((title) => quoted(title, 120))
            .join(', ')}${titles.length > 5 ? ` and ${titles.length - 5} more` : ''}.`,
        ]
      : []),
  ];
  const { began, over } = clocks;
  const span =
    began.at !== null && over.at !== null ? `, from ${time.minute(began.at)} to ${time.minute(over.at)}` : '';
  const alerts = new Set(facts.of('alert.received').map(({ event }) => event.data.alert.fingerprint)).size;
  const measured = alerts === 0 ? '' : `By ${alerts === 1 ? 'one alert' : `${alerts} alerts`}${span}.`;
  return { who: '', what: oneLine(names.text(what.join(' '))), measured };
}
