// Evidence that Firebreak keeps by itself: what `evidence:` of a route says, and what an incident remembers of it. Fills in what the alert
// tells; fetches nothing.
import { z } from 'zod';
import type { Alert } from '../alert/alert.ts';
import type { Json } from '../json.ts';
import { compileTemplate, maskedSecret, render } from '../playbook/template.ts';
import type { Result } from '../result.ts';
import { Duration, maxDurationMs } from '../time.ts';

/** Where a piece of evidence comes from. `unclear`: its expressions could not be evaluated. */
export const EvidenceSource = z.discriminatedUnion('type', [
  /** A range query of Prometheus that ends when it is asked. `url`: of the server. */
  z.object({ type: z.literal('query'), url: z.string(), query: z.string(), rangeMs: z.number() }),
  /** An address, kept as it was at that moment. */
  z.object({ type: z.literal('link'), url: z.string() }),
  /** A file beside the configuration or the playbooks. */
  z.object({ type: z.literal('file'), path: z.string() }),
  /** A file that hangs on a message which was put into the timeline. */
  z.object({ type: z.literal('chat'), fileId: z.string(), message: z.string() }),
  z.object({ type: z.literal('unclear'), reason: z.string() }),
]);
export type EvidenceSource = z.infer<typeof EvidenceSource>;

/** When a route's evidence is kept. */
const RouteMoment = z.enum(['opening', 'resolution'], { error: 'must be opening or resolution' });

/** Evidence as an incident remembers it from its opening on. */
export const EvidenceItem = z.object({ name: z.string(), at: z.array(RouteMoment), from: EvidenceSource });
export type EvidenceItem = z.infer<typeof EvidenceItem>;

/** Faults of a template over the alert, in words. */
const templateFault = (text: string): string | null => {
  const template = compileTemplate(text);
  if (!template.ok) return template.error[0]?.message ?? 'is no template';
  if (template.value.secrets.length > 0) return 'secrets have no place here';
  const other = template.value.references.find(([root]) => root !== 'alert');
  return other ? `knows alert alone, not ${other.join('.')}` : null;
};
const template = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .superRefine((text, context) => {
      const message = templateFault(text);
      if (message !== null) context.addIssue({ code: 'custom', message });
    });
const httpUrl = (text: string) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

const RangeQuery = z.strictObject({
  url: z.string().max(2000).refine(httpUrl, 'must be the http or https address of a Prometheus server'),
  query: template(4000),
  /** How far it looks back. */
  range: Duration.refine((ms) => ms >= 60_000 && ms <= maxDurationMs, 'must be a minute at least').default(3_600_000),
});

/** One entry of `evidence:` of a route: a query, a link or a file. */
export const EvidenceSetting = z
  .strictObject({
    name: z.string().regex(/^[\w.-]{1,100}$/, 'must be a plain file name'),
    at: z.array(RouteMoment).min(1).default(['opening', 'resolution']),
    query: RangeQuery.exactOptional(),
    link: template(2000).exactOptional(),
    file: z.string().min(1).max(1000).exactOptional(),
  })
  .refine(
    ({ query, link, file }) => [query, link, file].filter((one) => one !== undefined).length === 1,
    'must have one of query, link and file',
  );
export type EvidenceSetting = z.output<typeof EvidenceSetting>;

const filled = (text: string, alert: Alert): Result<Json, string> => {
  const compiled = compileTemplate(text);
  if (!compiled.ok) return { ok: false, error: compiled.error[0]?.message ?? text };
  return render(compiled.value, { alert: alert as Json }, maskedSecret);
};

function sourceOf({ query, link, file }: EvidenceSetting, alert: Alert): EvidenceSource {
  if (file !== undefined) return { type: 'file', path: file };
  const text = filled(query?.query ?? link ?? '', alert);
  if (!text.ok) return { type: 'unclear', reason: text.error.slice(0, 500) };
  const value = (typeof text.value === 'string' ? text.value : JSON.stringify(text.value)).slice(0, 8000);
  if (query) return { type: 'query', url: query.url, query: value, rangeMs: query.range };
  return httpUrl(value)
    ? { type: 'link', url: value }
    : { type: 'unclear', reason: 'the link is no http or https address once it is filled in' };
}

/** Most pieces of evidence that one incident keeps by its routes. */
export const maxItems = 20;

/** What an incident that this alert opens is to keep. */
export const evidenceFor = (settings: readonly EvidenceSetting[], alert: Alert): readonly EvidenceItem[] =>
  settings
    .filter(({ name }, n) => settings.findIndex((one) => one.name === name) === n)
    .slice(0, maxItems)
    .map((setting) => ({ name: setting.name, at: setting.at, from: sourceOf(setting, alert) }));

/** A source in a line, for people. */
export function sourceText(from: EvidenceSource): string {
  switch (from.type) {
    case 'query':
      return `${from.query} on ${from.url}`;
    case 'link':
      return from.url;
    case 'file':
      return from.path;
    case 'chat':
      return `a file of the message ${from.message}`;
    case 'unclear':
      return 'an expression that could not be evaluated';
  }
}
