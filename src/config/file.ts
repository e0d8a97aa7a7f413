// firebreak.yaml: who may send alerts, who may approve, what actions may reach. Secrets stand elsewhere; the file names where.
import { z } from 'zod';
import type { Enrichment } from '../actions/enrichment/enrichment.ts';
import type { OnCallEntry } from '../actions/on-call/on-call.ts';
import { Heartbeat } from '../core/alert/heartbeat.ts';
import type { ApprovalPolicies } from '../core/approval/document.ts';
import { Access } from '../core/authority/access.ts';
import type { DeadManEntry } from '../core/dead-man/entry.ts';
import { EscalationMatrix } from '../core/escalation/matrix.ts';
import { parseYaml } from '../core/playbook/parse-yaml.ts';
import { quoteAdvice, withoutExtensions } from '../core/playbook/read-document.ts';
import { err, ok, type Result } from '../core/result.ts';
import { type KnownSecret, minSecretChars } from '../core/secret/known-secrets.ts';
import type { SloSettings } from '../core/slo/objective.ts';
import { Duration } from '../core/time.ts';
import type { TrustSettings } from '../core/trust/settings.ts';
import { readText } from '../platform/read-text.ts';
import type { WebhookEndpoint } from '../ports/approvals.ts';
import type { WitnessPlace } from '../ports/record.ts';
import { authSchemes, sources } from '../sources/registry.ts';
import { Secret, type SecretRef } from '../spi/secret.ts';
import type { Integration } from '../spi/source.ts';
import { type AlertSections, alertFaults, alertSections, alertSectionsOf } from './alerts.ts';
import { ApprovalsSetting, readApprovals, readWebhooks, WebhooksSetting } from './approvals.ts';
import { type ChangeControlSettings, changeControlSections } from './change-control.ts';
import { DeadManSetting, readDeadMan } from './dead-man.ts';
import { DigestSetting } from './digest.ts';
import { type EnrichmentReader, EnrichmentSetting, readEnrichment } from './enrichment.ts';
import { settingFaults } from './faults.ts';
import { heartbeatFaults } from './heartbeats.ts';
import { IncidentsSetting } from './incidents.ts';
import { readIntegrations } from './integrations.ts';
import { OnCallSetting, onCallFaults, readOnCall } from './on-call.ts';
import { PostmortemSetting, type PostmortemSettings } from './postmortem.ts';
import { RetentionSetting } from './retention.ts';
import { ruleFaults, ruleSections, rulesOfFile } from './rules.ts';
import { concealed, fetchSecret, tooShort } from './secrets.ts';
import { PeopleSetting, peopleFaults, readSignIn, SignInSetting, type SignInSettings } from './sign-in.ts';
import { SloSetting } from './slo.ts';
import { TracingSetting } from './tracing.ts';
import { TrustSetting } from './trust.ts';
import { readWitness, WitnessSetting } from './witness.ts';

const name = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be lower-case letters, digits, - and _');

/** The shape of firebreak.yaml. The sections `actions` and `slack` belong to those parts and are parsed there, and so are the entries of `integrations`. */
export const ConfigFile = z.strictObject({
  integrations: z.record(name, z.record(z.string(), z.unknown())).default({}),
  /** `@name` in a playbook: Slack users and Slack user groups. */
  roles: z
    .record(
      name,
      z.strictObject({
        users: z.array(z.string().regex(/^[UW][A-Z0-9]+$/, 'must be a Slack user id such as U012ABCDEF')).default([]),
        groups: z
          .array(z.string().regex(/^S[A-Z0-9]+$/, 'must be a Slack user group id such as S012ABCDEF'))
          .default([]),
        people: z.array(name).default([]),
        tokens: z.array(name).default([]),
        /** Its members approve high risk with a passkey only. */
        stepUp: z.boolean().exactOptional(),
        /** Whoever is on call by these entries of `oncall:`, at the moment it matters. */
        oncall: z.union([name.transform((one) => [one]), z.array(name)]).default([]),
      }),
    )
    .default({}),
  people: PeopleSetting.default({}),
  oncall: OnCallSetting,
  access: Access.prefault({}),
  approvals: ApprovalsSetting,
  webhooks: WebhooksSetting,
  incidents: IncidentsSetting,
  /** Who answers for an incident of a severity at a stage. */
  escalation: EscalationMatrix,
  postmortem: PostmortemSetting,
  policy: z
    .strictObject({
      /** More runs than this, started by alerts within this time, and people are asked before each further one. */
      storm: z
        .strictObject({ runs: z.number().int().min(1), within: Duration })
        .transform(({ runs, within }) => ({ runs, withinMs: within }))
        .default({ runs: 60, withinMs: 300_000 }),
    })
    .prefault({}),
  ...changeControlSections,
  /** Who may read `/metrics`: whoever may read the API, or everybody who reaches the port. */
  metrics: z.enum(['guarded', 'public'], { error: 'must be guarded or public' }).default('guarded'),
  tracing: TracingSetting,
  record: z
    .strictObject({
      /** Where every checkpoint is sent to, so that a rewritten database is found out even by whoever has lost this machine. */
      witness: z.array(WitnessSetting).max(10).default([]),
    })
    .prefault({}),
  retention: RetentionSetting,
  slo: SloSetting,
  ...ruleSections,
  trust: TrustSetting,
  intervals: alertSections.intervals,
  routes: alertSections.routes,
  inhibition: alertSections.inhibition,
  silences: alertSections.silences,
  windows: alertSections.windows,
  groups: alertSections.groups,
  /** What maps and look-ups know of alerts, rule by rule. */
  enrichment: z.array(EnrichmentSetting).max(100).default([]),
  /** Sources that must report again and again. */
  heartbeats: z.array(Heartbeat).max(1000).default([]),
  /** Which digests are told where and when. */
  digest: DigestSetting,
  /** What is pinged while work flows. */
  deadman: DeadManSetting,
  /** How people sign in for the page. */
  sign_in: SignInSetting,
  slack: z.unknown().optional(),
  actions: z.unknown().optional(),
  secrets: z.record(z.string().regex(/^[A-Za-z_]\w*$/), Secret).default({}),
  /** Names of environment variables that playbooks may read. */
  env: z.array(z.string()).default([]),
});

/** The file with its secrets fetched. */
export type ConfigFileContent = ChangeControlSettings & {
  readonly integrations: readonly Integration[];
  readonly roles: z.output<typeof ConfigFile>['roles'];
  readonly people: z.output<typeof ConfigFile>['people'];
  readonly oncall: readonly OnCallEntry[];
  readonly access: z.output<typeof ConfigFile>['access'];
  /** Approval policies by name. */
  readonly approvals: ApprovalPolicies;
  /** Endpoints outside that a ladder may tell. */
  readonly webhooks: readonly WebhookEndpoint[];
  readonly incidents: z.output<typeof ConfigFile>['incidents'];
  readonly escalation: EscalationMatrix;
  readonly postmortem: PostmortemSettings;
  readonly policy: z.output<typeof ConfigFile>['policy'];
  readonly metrics: z.output<typeof ConfigFile>['metrics'];
  readonly tracing: z.output<typeof ConfigFile>['tracing'];
  readonly retention: z.output<typeof ConfigFile>['retention'];
  readonly slo: SloSettings;
  /** When nothing changes, and what may be used where. */
  readonly rules: ReturnType<typeof rulesOfFile>;
  readonly trust: TrustSettings;
  /** Where alerts go, and what keeps them from people. */
  readonly alerts: AlertSections;
  /** What is added to alerts before all else. */
  readonly enrichment: readonly Enrichment[];
  readonly heartbeats: readonly Heartbeat[];
  readonly digest: z.output<typeof DigestSetting>;
  readonly deadman: readonly DeadManEntry[];
  readonly record: { readonly witness: readonly WitnessPlace[] };
  readonly signIn: SignInSettings;
  readonly slack: unknown;
  readonly actions: unknown;
  readonly secrets: ReadonlyMap<string, string>;
  /** Every secret that the file names, also one that is not there. */
  readonly secretNames: readonly string[];
  readonly env: readonly string[];
  /** Every secret that it names and that is there, under its path; those of `secrets:` under their own name. */
  readonly knownSecrets: readonly KnownSecret[];
  /** Files that secrets are read from. */
  readonly secretPaths: readonly string[];
  /** A fault that the part of a section found, as `file:line:col  path: message`. */
  readonly faultAt: (path: readonly PropertyKey[], message: string) => string;
};

/** Which secrets must be there: all of them, or none; then those that are there are taken. */
export type SecretsWanted = 'all' | 'if_there';

/** The sections about alerts; what no shape can hold of them is noted. */
function readAboutAlerts(
  data: z.output<typeof ConfigFile>,
  {
    file,
    integrations,
    fetch,
    fault,
    faultElsewhere,
  }: Pick<EnrichmentReader, 'file' | 'fetch' | 'fault' | 'faultElsewhere'> & {
    readonly integrations: readonly Integration[];
  },
): Pick<ConfigFileContent, 'alerts' | 'enrichment' | 'heartbeats'> {
  const alerts = alertSectionsOf(data);
  const { intervals } = alerts;
  const { heartbeats } = data;
  for (const { path, message } of alertFaults(alerts)) fault(path, message);
  for (const { path, message } of heartbeatFaults(heartbeats, { integrations, intervals })) fault(path, message);
  const reader = { file, intervals, read: readText, fetch, fault, faultElsewhere };
  return { alerts, enrichment: readEnrichment(data.enrichment, reader), heartbeats };
}

/** How secrets of the file are fetched: each is noted with where it stands, and what is wrong with it is a fault if it is wanted. */
const fetcher =
  ({
    env,
    wanted,
    knownSecrets,
    secretPaths,
    fault,
  }: {
    readonly env: { readonly [name: string]: string | undefined };
    readonly wanted: SecretsWanted;
    readonly knownSecrets: KnownSecret[];
    readonly secretPaths: string[];
    readonly fault: (path: readonly PropertyKey[], message: string) => void;
  }) =>
  (ref: SecretRef, path: readonly PropertyKey[]): string => {
    const secret = fetchSecret(ref, { env });
    if (ref.provider === 'file') secretPaths.push(ref.reference);
    if (!secret.ok) {
      if (wanted === 'all') fault(path, secret.error);
      return '';
    }
    knownSecrets.push({ name: path.slice(path[0] === 'secrets' ? 1 : 0).join('.'), value: secret.value });
    if (secret.value.length < minSecretChars && wanted === 'all') fault(path, tooShort);
    return secret.value;
  };

/** Reads the file; faults as `file:line:col  message`. */
export function readConfigFile(
  text: string,
  file: string,
  env: { readonly [name: string]: string | undefined },
  wanted: SecretsWanted = 'all',
): Result<ConfigFileContent, readonly string[]> {
  const { source, faults: yamlFaults } = parseYaml(text);
  if (!source) return err(yamlFaults.map(({ line, col, message }) => `${file}:${line}:${col}  ${message}`));
  const faults: string[] = [];
  const faultAt = (path: readonly PropertyKey[], message: string) => {
    const { line, col } = source.placeOf(path);
    return `${file}:${line}:${col}  ${path.map(String).join('.') || 'the file'}: ${message}`;
  };
  const at = (path: readonly PropertyKey[], message: string) => void faults.push(faultAt(path, message));
  const parsed = ConfigFile.safeParse(withoutExtensions(source.data ?? {}));
  if (!parsed.success) {
    const about = { what: 'this file', schema: ConfigFile };
    for (const { at: path, message } of settingFaults(parsed.error, about))
      at(path, `${message}${quoteAdvice(path, message, source)}`);
    return err(faults);
  }
  const knownSecrets: KnownSecret[] = [];
  const secretPaths: string[] = [];
  const fetch = fetcher({ env, wanted, knownSecrets, secretPaths, fault: at });
  const reader = { sources, schemes: authSchemes, fetch, fault: at };
  onCallFaults(parsed.data, at);
  const oncall = readOnCall(parsed.data.oncall, fetch);
  const integrations = readIntegrations(parsed.data.integrations, reader);
  const fetched = Object.entries(parsed.data.secrets).map(([key, ref]) => [key, fetch(ref, ['secrets', key])] as const);
  // An empty text is no secret: it is one that is not there.
  const secrets = new Map(fetched.filter(([, value]) => value !== ''));
  const deadman = readDeadMan(parsed.data.deadman, { fetch, fault: at });
  const witness = readWitness(parsed.data.record.witness, fetch);
  const signIn = readSignIn(parsed.data.sign_in, fetch);
  const webhooks = readWebhooks(parsed.data.webhooks, fetch);
  const approvals = readApprovals(parsed.data.approvals, { webhooks: Object.keys(parsed.data.webhooks), fault: at });
  for (const { path, message } of [...peopleFaults(parsed.data.people), ...ruleFaults(parsed.data)]) at(path, message);
  const faultElsewhere = (line: string) => void faults.push(line);
  const aboutAlerts = readAboutAlerts(parsed.data, { file, integrations, fetch, fault: at, faultElsewhere });
  if (faults.length > 0) return err(faults);
  const { env: names, ...said } = parsed.data;
  return ok(
    concealed({
      integrations,
      roles: said.roles,
      people: said.people,
      oncall: concealed(oncall),
      access: said.access,
      approvals,
      webhooks: concealed(webhooks),
      incidents: said.incidents,
      escalation: said.escalation,
      postmortem: said.postmortem,
      policy: said.policy,
      changeControl: said.changeControl,
      reload: said.reload,
      metrics: said.metrics,
      tracing: said.tracing,
      retention: said.retention,
      slo: said.slo,
      rules: rulesOfFile(said),
      trust: said.trust,
      alerts: aboutAlerts.alerts,
      enrichment: aboutAlerts.enrichment,
      heartbeats: aboutAlerts.heartbeats,
      digest: said.digest,
      deadman: concealed(deadman),
      record: concealed({ witness }),
      signIn,
      slack: said.slack,
      actions: said.actions,
      secrets: concealed(secrets),
      secretNames: Object.keys(said.secrets),
      env: names,
      knownSecrets: concealed(knownSecrets),
      secretPaths,
      faultAt,
    }),
  );
}
