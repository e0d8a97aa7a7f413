// What makes an issue in a tracker, once for its key: looked for before it is made, and after an outcome that is unknown. Knows no tracker.
import { z } from 'zod';
import type { StepError } from '../../core/events.ts';
import type { Json } from '../../core/json.ts';
import type { Action, ActionContext, ActionDefinition } from '../../spi/action.ts';
import { defineAction } from '../action.ts';
import { member, words } from '../words.ts';
import { askTracker, type TrackerRequest } from './answered.ts';

/** An issue: what people call it, and its page. */
export type Issue = { readonly key: string; readonly url: string };

/** How one tracker is asked. `read`: null, the answer is none of the tracker's. */
export type Tracker<I> = {
  /** As people call it. */
  readonly called: string;
  /** Asks for the issue that a key has made; `issue` null: it has made none. */
  readonly look: (
    input: I,
    key: string,
  ) => { readonly request: TrackerRequest; readonly read: (body: unknown) => { readonly issue: Issue | null } | null };
  /** Makes an issue that `look` finds by the key. */
  readonly make: (
    input: I,
    key: string,
  ) => { readonly request: TrackerRequest; readonly read: (body: unknown) => Issue | null };
};

/** What differs between the actions that make issues. */
export type IssueActionSpec<S extends z.ZodType> = {
  readonly name: string;
  readonly docs: string;
  readonly input: S;
  readonly sample: z.input<S>;
  readonly tracker: Tracker<z.output<S>>;
  /** What is asked where the input does not say. */
  readonly usualUrl: string;
  /** Where the issue is made, in words, from input that may not be rendered yet. */
  readonly where: (input: Json) => string;
};

const Output = z.object({ key: z.string(), url: z.string(), created: z.boolean() });

const strangeAnswer = (called: string): StepError => ({
  class: 'unknown_outcome',
  code: 'strange_answer',
  message: `${called} answered with something that is none of its issues; look there whether the issue was made`,
});

async function look<I>(tracker: Tracker<I>, http: Action, input: I, context: ActionContext) {
  const { request, read } = tracker.look(input, context.idempotencyKey);
  const answer = await askTracker(http, request, context);
  if (answer.outcome === 'failed') return answer;
  const found = read(answer.body);
  // Nothing was asked for but a look, so another one does no harm.
  return found === null
    ? { outcome: 'failed' as const, error: { ...strangeAnswer(tracker.called), class: 'transient' as const } }
    : { outcome: 'looked' as const, issue: found.issue };
}

async function make<I>(tracker: Tracker<I>, http: Action, input: I, context: ActionContext) {
  const before = await look(tracker, http, input, context);
  if (before.outcome === 'failed') return before;
  if (before.issue !== null) return { outcome: 'succeeded' as const, output: shown(before.issue, false) };
  const { request, read } = tracker.make(input, context.idempotencyKey);
  const answer = await askTracker(http, request, context);
  if (answer.outcome === 'failed') return answer;
  const made = read(answer.body);
  return made === null
    ? { outcome: 'failed' as const, error: strangeAnswer(tracker.called) }
    : { outcome: 'succeeded' as const, output: shown(made, true) };
}

const shown = ({ key, url }: Issue, created: boolean) => ({ key, url, created });
const hostOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).host || null : null);

/** Defines an action that makes an issue. `http`: the HTTP action that it asks by, with its guards and bounds. */
export function defineIssueAction<S extends z.ZodType>(spec: IssueActionSpec<S>, http: ActionDefinition) {
  const { name, docs, input, sample, tracker, usualUrl, where } = spec;
  return defineAction({
    name,
    description: `Makes an issue in ${tracker.called}, once for its key.`,
    docs,
    input,
    output: Output,
    sample,
    replay: 'probe',
    probes: () => true,
    risk: 'low',
    timeoutMs: 30_000,
    target: (given) => hostOf(words(member(given, 'url'), usualUrl)),
    describe: (given) => `Issue in ${where(given)}: ${words(member(given, 'title'), 'no title')}`,
    section: 'http',
    settings: http.settings,
    configure(settings, installation) {
      const asking = http.configure(settings, installation);
      return {
        run: (given, context) => make(tracker, asking, given, context),
        async probe(given, context) {
          const seen = await look(tracker, asking, given, context);
          if (seen.outcome === 'failed') return { outcome: 'unclear' as const, message: seen.error.message };
          return seen.issue === null
            ? { outcome: 'not_done' as const }
            : { outcome: 'done' as const, output: shown(seen.issue, false) };
        },
      };
    },
  });
}
