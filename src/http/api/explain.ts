// What becomes of alerts, as asked over /api/v1: one that is given, one that is known, or those that an integration makes of a body. Holds no
// rule, stores nothing.
import type { ApiExplained, ApiPreview } from '../../contract/alert.ts';
import type { Parsed } from '../../contract/route.ts';
import type { Routes } from '../../contract/routes.ts';
import type { Alert } from '../../core/alert/alert.ts';
import { severityLevel } from '../../core/alert/severity.ts';
import type { NamedPeople } from '../../core/authority/nobody.ts';
import type { Principal } from '../../core/authority/principal.ts';
import { raciAt } from '../../core/escalation/matrix.ts';
import { nearest } from '../../core/playbook/suggest.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { AlertOperations } from '../../ports/operations.ts';
import type { Log } from '../../ports/runtime.ts';
import type { Integration, Source } from '../../spi/source.ts';
import { type Preview, previewRequest } from '../ingest/preview-delivery.ts';

/** What is asked to be explained. */
export type ExplainAsked = Parsed<Routes['POST /explain'], 'body'>;

/** What explaining needs. */
export type ExplainDeps = {
  readonly operations: AlertOperations;
  readonly sources: ReadonlyMap<string, Source>;
  readonly integrations: readonly Integration[];
  readonly nowMs: () => number;
  readonly log: Log;
  readonly named: Pick<NamedPeople, 'escalation'>;
};

/** Explains what is asked; whoever asks may see it. */
export async function explainAsked(
  deps: ExplainDeps,
  principal: Principal,
  { alert, fingerprint, delivery, at }: ExplainAsked,
): Promise<Result<ApiExplained, Refusal>> {
  if (delivery === undefined) {
    const explained = await deps.operations.explainAlert({ principal, alert, fingerprint, at });
    if (!explained.ok) return explained;
    const { at: moment, knownAt, alert: one, stages } = explained.value;
    return ok({
      at: moment,
      knownAt,
      delivery: null,
      alerts: [{ alert: one, stages: written(stages), answers: answersOf(deps, one) }],
    });
  }
  const integration = integrationFor(deps, delivery);
  if (!integration.ok) return integration;
  const preview = await previewRequest({
    ...integration.value,
    method: delivery.method,
    headers: delivery.headers,
    query: Object.entries(delivery.query),
    body: Buffer.from(delivery.body),
    nowMs: deps.nowMs(),
    log: deps.log,
  });
  const moment = at ?? new Date(deps.nowMs()).toISOString();
  const answer: { -readonly [K in keyof ApiExplained]: ApiExplained[K] } = {
    at: moment,
    knownAt: null,
    delivery: showPreview(preview),
    alerts: [],
  };
  for (const one of preview.status === 'understood' ? preview.alerts : []) {
    const explained = await deps.operations.explainAlert({ principal, alert: one, at: moment });
    if (!explained.ok) return explained;
    answer.knownAt = explained.value.knownAt;
    answer.alerts.push({ alert: one, stages: written(explained.value.stages), answers: answersOf(deps, one) });
  }
  return ok(answer);
}

/** Who is who for its incident, until somebody has it. */
function answersOf(
  { named: { escalation = [] } }: Pick<ExplainDeps, 'named'>,
  alert: Pick<Alert, 'severity'>,
): ApiExplained['alerts'][number]['answers'] {
  const severity = severityLevel(alert.severity);
  const who = raciAt(escalation, { severity, stage: 'open' });
  return Object.values(who).every((names) => names.length === 0) ? null : { severity, ...who };
}

type Stages = ApiExplained['alerts'][number]['stages'];
const written = (
  stages: readonly {
    readonly stage: Stages[number]['stage'];
    readonly outcome: string;
    readonly because: readonly string[];
  }[],
): Stages => stages.map(({ stage, outcome, because }) => ({ stage, outcome, because: [...because] }));

/** A preview as the API answers it, without the alerts. */
export function showPreview(preview: Preview): ApiPreview {
  const { status, body, headers } = preview;
  const about = { status, body, headers: { ...headers }, fields: preview.fields.map((field) => ({ ...field })) };
  return preview.status === 'understood'
    ? { ...about, deliveryKey: preview.deliveryKey, truncated: preview.truncated, outcome: null, detail: null }
    : { ...about, deliveryKey: null, truncated: 0, outcome: preview.outcome, detail: preview.detail };
}

/** The integration that would take it. A source whose settings can all be left out needs none in the configuration. */
function integrationFor(
  { sources, integrations }: Pick<ExplainDeps, 'sources' | 'integrations'>,
  { source: id, integration: name }: { readonly source: string; readonly integration?: string | undefined },
): Result<{ readonly source: Source; readonly integration: Integration }, Refusal> {
  const missing = (message: string) => err<Refusal>({ code: 'not_found', message });
  const source = sources.get(id);
  const known = [...sources.keys()];
  if (!source)
    return missing(`there is no source ${id.slice(0, 80)}${nearest(id, known)}; there are ${known.join(', ')}`);
  const own = integrations.filter((one) => one.source === id);
  const wanted = name ?? (own.length === 1 ? own[0]?.name : id);
  const integration = own.find((one) => one.name === wanted);
  if (integration) return ok({ source, integration });
  const names = own.map((one) => one.name).join(', ');
  if (own.length > 0)
    return missing(
      name === undefined
        ? `say which integration of ${id}: ${names}`
        : `${id} has no integration ${name}; it has ${names}`,
    );
  const settings = source.settings.safeParse({});
  if (settings.success && name === undefined)
    return ok({ source, integration: { name: id, source: id, auth: null, settings: settings.data } });
  return missing(`no integration ${name ?? ''} of ${id} is configured`.replace('  ', ' '));
}
