// The stage enrich: what maps and look-ups know of an alert is added to it, rule by rule. Reads no file and asks nobody: that is handed in.
import { z } from 'zod';
import { cleanText, type Json } from '../json.ts';
import { compileExpression } from '../playbook/expression.ts';
import { assertNever, err, ok, type Result } from '../result.ts';
import type { Alert } from './alert.ts';
import type { TimeIntervals } from './time-interval.ts';
import { type AlertWhere, labelOf, matchWhere } from './where.ts';

/** One rule: which alerts, what they are looked up by, and what is made of what is found. */
export type EnrichmentRule = {
  readonly name: string;
  readonly where?: AlertWhere;
  /** CEL over `alert`, whose members are names of their own too. */
  readonly key: string;
  /** By what is set, such as `owner`: a column of the map, or CEL over `alert` and `row` or `answer`. */
  readonly set: { readonly [name: string]: string };
  /** What the alert has already gives way. */
  readonly overwrite: boolean;
};

/** What was found under a key: a row of a map, the answer of a look-up, nothing, or why nobody knows. */
export type FoundForAlert =
  | { readonly type: 'row'; readonly row: { readonly [column: string]: string } }
  | { readonly type: 'answer'; readonly answer: Json }
  | { readonly type: 'none'; readonly why: string }
  | { readonly type: 'failed'; readonly why: string };

/** What one rule made of an alert: in sentences, and whether it added something. */
export type EnrichmentStep = { readonly rule: string; readonly added: number; readonly because: readonly string[] };

/** An alert with what was added to it, and by which rule. */
export type EnrichedAlert = { readonly alert: Alert; readonly steps: readonly EnrichmentStep[] };

/** Adds what is known of an alert at an instant. Never rejects: what cannot be looked up is a remark on the alert. */
export type EnrichAlert = (alert: Alert, at: string) => Promise<EnrichedAlert>;

const members = [
  'alert',
  'source',
  'integration',
  'fingerprint',
  'status',
  'title',
  'description',
  'severity',
  'sourceSeverity',
  'service',
  'labels',
  'annotations',
  'groupKey',
];

/** An expression that sees these names only. */
const seeing = (names: readonly string[]) =>
  z.string().superRefine((text, context) => {
    const compiled = compileExpression(text);
    const strangers = compiled.ok ? compiled.value.references.filter(([root = '']) => !names.includes(root)) : [];
    const message = compiled.ok
      ? `sees ${names.join(', ')}, not ${strangers.map((path) => path.join('.')).join(', ')}`
      : compiled.error;
    if (!compiled.ok || strangers.length > 0) context.addIssue({ code: 'custom', message });
  });

/** What an alert is looked up by: `labels.service`, or any CEL over `alert`. */
export const EnrichmentKey = seeing(members);

/** Why a value under `set` cannot be: it is no column and no CEL over these names; null: it can. */
export function setFault(text: string, by: 'row' | 'answer', columns: readonly string[]): string | null {
  if (columns.includes(text)) return null;
  const compiled = compileExpression(text);
  const there = columns.length > 0 ? `; the columns are ${columns.join(', ')}` : '';
  if (!compiled.ok) return `${compiled.error}${there}`;
  for (const [root = '', member] of compiled.value.references) {
    if (root !== 'alert' && root !== by)
      return by === 'row'
        ? `there is no column ${root}${there}, and an expression sees alert and row`
        : `an expression sees alert and answer, not ${root}`;
    if (root === 'row' && member !== undefined && !columns.includes(member))
      return `there is no column ${member}${there}`;
  }
  return null;
}

/** The text that an alert is looked up by; the error says why there is none. */
function keyOf({ key }: EnrichmentRule, alert: Alert): Result<string, string> {
  const compiled = compileExpression(key);
  if (!compiled.ok) return compiled;
  const value = compiled.value.run({ ...alert, alert } as { readonly [name: string]: Json });
  if (!value.ok) return err(`the alert gives no key: ${value.error}`);
  const text = textOf(value.value);
  return text === '' ? err('the alert gives no key: it is empty') : ok(text);
}

const textOf = (value: Json): string =>
  value === null || typeof value === 'object' ? '' : cleanText(String(value)).trim().slice(0, 1000);

/** Rules in their order, each seeing what those before it added. `find`: looks a key up for a rule; must not reject. */
export async function enrichAlert(
  given: Alert,
  at: string,
  {
    rules,
    intervals,
    find,
  }: {
    readonly rules: readonly EnrichmentRule[];
    readonly intervals: TimeIntervals;
    readonly find: (rule: string, key: string) => Promise<FoundForAlert>;
  },
): Promise<EnrichedAlert> {
  let alert = given;
  const steps: EnrichmentStep[] = [];
  for (const rule of rules) {
    const { outcome, because } = matchWhere(rule.where ?? {}, alert, at, intervals);
    if (outcome !== 'matches') {
      steps.push({ rule: rule.name, added: 0, because: [`does not take it: ${because.join('; ')}`] });
      if (outcome === 'unclear')
        alert = remarked(alert, `the enrichment ${rule.name} was passed over: its condition could not be evaluated`);
      continue;
    }
    const key = keyOf(rule, alert);
    const found = key.ok ? await find(rule.name, key.value) : { type: 'none' as const, why: key.error };
    const next = addFound(alert, rule, found);
    alert = next.alert;
    steps.push({ rule: rule.name, added: next.added, because: next.because });
  }
  return { alert, steps };
}

type Added = { readonly alert: Alert; readonly added: number; readonly because: readonly string[] };

/** Adds what was found by one rule. */
function addFound(given: Alert, rule: EnrichmentRule, found: FoundForAlert): Added {
  switch (found.type) {
    case 'none':
      return { alert: given, added: 0, because: [`adds nothing: ${found.why}`] };
    case 'failed':
      return { alert: remarked(given, found.why), added: 0, because: [`adds nothing: ${found.why}`] };
    case 'row':
    case 'answer':
      break;
    default:
      return assertNever(found);
  }
  let alert = given;
  const because: string[] = [];
  let added = 0;
  for (const [name, text] of Object.entries(rule.set)) {
    const value = valueFrom(text, given, found);
    if (!value.ok) {
      alert = remarked(alert, `the enrichment ${rule.name} could not give ${name}: ${value.error}`);
      because.push(`${name} could not be evaluated: ${value.error}`);
      continue;
    }
    if (value.value === '') continue;
    const before = presentValue(alert, name);
    if (before === value.value || (before !== '' && !rule.overwrite)) {
      because.push(`${name} is ${JSON.stringify(before)} already`);
      continue;
    }
    const next = withValue(alert, name, value.value);
    alert = next ?? remarked(alert, `the enrichment ${rule.name} gave a ${name} that is no http or https URL`);
    if (next === null) continue;
    because.push(`${name} = ${JSON.stringify(value.value)}`);
    added += 1;
  }
  return { alert, added, because };
}

function valueFrom(
  text: string,
  alert: Alert,
  found: Extract<FoundForAlert, { type: 'row' | 'answer' }>,
): Result<string, string> {
  if (found.type === 'row' && Object.hasOwn(found.row, text)) return ok(textOf(found.row[text] ?? ''));
  const compiled = compileExpression(text);
  if (!compiled.ok) return compiled;
  const scope = found.type === 'row' ? { alert, row: found.row } : { alert, answer: found.answer };
  const value = compiled.value.run(scope as { readonly [name: string]: Json });
  return value.ok ? ok(textOf(value.value)) : value;
}

const runbookLabel = 'Runbook';
const isRunbook = ({ label }: Alert['links'][number]) => label.toLowerCase() === 'runbook';

/** What the alert has of that name; '' if nothing. */
function presentValue(alert: Alert, name: string): string {
  if (name === 'service') return alert.service ?? '';
  if (name === 'runbook') return alert.links.find(isRunbook)?.url ?? '';
  return labelOf(alert.labels, name);
}

/** The alert with it; null: it cannot hold that. */
function withValue(alert: Alert, name: string, value: string): Alert | null {
  if (name === 'service') return { ...alert, service: value.slice(0, 500) };
  if (name !== 'runbook') return { ...alert, labels: { ...alert.labels, [name]: value } };
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return null;
  const others = alert.links.filter((link) => !isRunbook(link));
  return { ...alert, links: [...others, { label: runbookLabel, url: value }] };
}

/** Remarks are few, and what was said stands once. */
function remarked(alert: Alert, remark: string): Alert {
  const remarks = [...new Set([...(alert.remarks ?? []), cleanText(remark).slice(0, 500)])];
  return { ...alert, remarks: remarks.slice(0, 20) };
}
