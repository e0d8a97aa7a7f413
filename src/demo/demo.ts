// `firebreak demo`: the main job with nothing but this machine. A real service goes down, a real alert arrives, a person (or,
// headless, the sandbox's on-call user by a signed click) decides, and the page, the record and the service say what came of it.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type App, startApp } from '../app.ts';
import { type Config, environment, readConfig } from '../config/environment.ts';
import { createRedactor } from '../core/redact.ts';
import type { Result } from '../core/result.ts';
import { isTerminal } from '../core/run/state.ts';
import { createLog } from '../platform/log.ts';
import { programRoot } from '../platform/program-root.ts';
import { readManifest } from '../sandbox/manifest.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { clearDirectory } from '../store/embedded/data-directory.ts';
import { type DemoAlert, demoAlert } from './alert.ts';
import { type DemoReport, reportOn, reportText } from './report.ts';
import { createScenarios } from './scenarios.ts';
import { type DemoService, freePort, prepareService } from './service.ts';

/** How to run the demo. */
export type DemoOptions = {
  readonly headless: boolean;
  /** Headless: the on-call user denies instead of approving. */
  readonly deny: boolean;
  readonly alertFile: string | null;
  readonly socketMode: boolean;
  readonly json: boolean;
};

/** Everything that is on stage while the demo plays. */
type Stage = {
  readonly app: App;
  readonly config: Config;
  readonly sandbox: Sandbox;
  readonly service: DemoService;
  readonly alert: DemoAlert;
  readonly token: string;
  readonly options: DemoOptions;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
};

type Channel = { readonly id: string; readonly name: string };

const root = fileURLToPath(programRoot);
const onCall = 'U0ANA';
const interrupted = 130;
const lookEveryMs = 50;
/** What needs no person has happened by then, also on a busy machine. */
const soonMs = 60_000;

const say = (line: string) => process.stderr.write(`${line}\n`);

/** Runs the demo; answers the exit code. */
export async function demo(options: DemoOptions): Promise<number> {
  process.chdir(root);
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort());
  const token = randomBytes(16).toString('hex');
  const credentials = {
    botToken: `xoxb-sandbox-${token}`,
    signingSecret: randomBytes(16).toString('hex'),
    appToken: `xapp-sandbox-${token}`,
  };
  const scenarios = createScenarios();
  const { shortcuts, events } = readManifest(readFileSync(join(root, 'deploy/slack-manifest.yaml'), 'utf8'));
  const sandbox = await startSandbox({ ...credentials, shortcuts, events, scenarios: scenarios.list });
  const service = await prepareService(root);
  let app: App | null = null;
  try {
    const slack = {
      SLACK_BOT_TOKEN: credentials.botToken,
      SLACK_SIGNING_SECRET: credentials.signingSecret,
      SLACK_API_URL: sandbox.apiUrl,
      // The sandbox's app has one secret for both.
      DEMO_CLIENT_SECRET: credentials.signingSecret,
      ...(options.socketMode ? { SLACK_APP_TOKEN: credentials.appToken } : {}),
    };
    const config = await demoConfig(token, slack);
    if (!config.ok) return complain(config.error);
    const { logLevel: level, logFormat: format, known, file } = config.value;
    const log = createLog({ level, format, redact: createRedactor(known) });
    const integration = file.integrations.find(({ source }) => source === 'alertmanager');
    if (!integration) return complain(['deploy/demo/firebreak.yaml: `integrations` must have one of alertmanager']);
    const started = await startApp(config.value, log, { role: 'all', pool: 'default' });
    if (!started.ok) return complain(started.error);
    app = started.value;
    const from = { file: options.alertFile, statusUrl: service.statusUrl, integration, now: new Date() };
    sandbox.setRequestUrl(`${app.url}/slack/events`);
    say(`Slack sandbox: ${sandbox.url}`);
    const { signal } = stopping;
    const alert = demoAlert(from);
    const { url } = app;
    const takeDown = () => service.stop();
    const newAlert = () => demoAlert({ ...from, now: new Date() });
    const send = (one: DemoAlert, status: 'firing' | 'resolved') => post({ url, token, alert: one }, status);
    scenarios.give({ takeDown, newAlert, send }, alert);
    return await play({ app, config: config.value, sandbox, service, alert, token, options, signal });
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    return interrupted;
  } finally {
    stopping.abort();
    await app?.stop();
    await sandbox.close();
    await service.stop();
  }
}

/** The demo's own settings over the environment's: nothing of a real installation is used or changed. */
async function demoConfig(
  token: string,
  slack: { readonly [name: string]: string },
): Promise<Result<Config, readonly string[]>> {
  const foreign =
    /^(DATABASE_URL|DATABASE_ADMIN_URL|SLACK_\w+|FIREBREAK_(CONFIG|PLAYBOOKS|API_TOKEN|PUBLIC_URL|SIGNING_KEY))(_FILE)?$/;
  const given = Object.fromEntries(Object.entries(environment()).filter(([name]) => !foreign.test(name)));
  const port = await freePort(Number(given['PORT'] ?? 3000));
  const ownFolder = join(root, '.cache/demo');
  // A folder that somebody chose is continued; ours is the demo's alone, and each demo begins with nothing.
  if (!given['FIREBREAK_DATA_DIR']) clearDirectory(ownFolder);
  return readConfig({
    LOG_LEVEL: 'warn',
    FIREBREAK_DATA_DIR: ownFolder,
    ...given,
    ...slack,
    PORT: String(port),
    DEMO_WEBHOOK_TOKEN: token,
    FIREBREAK_CONFIG: join(root, 'deploy/demo/firebreak.yaml'),
    FIREBREAK_PLAYBOOKS: join(root, 'deploy/examples/playbooks'),
  });
}

/** From the alert to the report, and on until Ctrl-C where a person watches. */
async function play(stage: Stage): Promise<number> {
  const { app, alert, token, options, service, signal } = stage;
  const { url } = app;
  await post({ url, token, alert }, 'firing');
  say(`${service.name} is down; its alert is on the way.`);
  // As a monitor does: the alert is resolved when the service answers again, and not before.
  const recovered = service.comesUp(signal).then(() => post({ url, token, alert }, 'resolved'));
  recovered.catch(() => undefined);
  const { incidentId, number, channel } = await incidentOf(stage);
  say(`Incident channel: #${channel.name}`);
  if (!options.headless) say(`Its page, live, with what can be undone and the postmortem: ${url}/incidents/${number}`);
  await decide(stage, channel);
  const runId = await endOfRun(stage, incidentId);
  const first = await report(stage, { incidentId, runId, recovered });
  const folder = relative(root, first.dataDir);
  const dataDir = folder.startsWith('..') ? first.dataDir : folder;
  say(`Every event once more: FIREBREAK_DATA_DIR=${dataDir} npx firebreak audit verify`);
  if (options.headless) return isAsWanted(first, options) ? 0 : 1;
  say('Press Ctrl-C to end.');
  const stopped = new Promise<'stopped'>((resolve) => {
    signal.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
  // Somebody may have the service restarted yet, by a retry or another run.
  const later = first.service === 'down' ? Promise.race([recovered, stopped]) : stopped;
  if ((await later) !== 'stopped') {
    await report(stage, { incidentId, runId, recovered });
    await stopped;
  }
  return first.audit === 'verified' ? 0 : 1;
}

/** The incident of the demo's own alert, however many others there are, once it has a channel. */
function incidentOf({ app, alert, signal }: Stage): Promise<{ incidentId: string; number: number; channel: Channel }> {
  return until({ within: soonMs, signal, otherwise: 'the alert got no incident with a channel' }, async () => {
    const { items } = await app.store.reads.incidents({ limit: 100, cursor: null, status: 'open' });
    const own = items.find(({ alerts }) => Object.hasOwn(alerts, alert.fingerprint));
    return own?.channel && { incidentId: own.id, number: own.number, channel: own.channel };
  });
}

/** Asks the person, or lets the on-call user decide. */
async function decide({ sandbox, options, signal }: Stage, channel: Channel): Promise<void> {
  const request = await until({ within: soonMs, signal, otherwise: 'nobody was asked for approval' }, async () =>
    sandbox.messages(channel.id).find(({ blocks }) => JSON.stringify(blocks ?? '').includes('approval_approve')),
  );
  if (!options.headless) {
    say(`Approval is asked for: open ${sandbox.url} and click Approve or Deny in #${channel.name}.`);
    return;
  }
  say(`Approval is asked for; the on-call user clicks ${options.deny ? 'Deny' : 'Approve'}.`);
  const actionId = options.deny ? 'approval_deny' : 'approval_approve';
  await sandbox.click({ user: onCall, channel: channel.id, ts: request.ts, actionId });
  if (!options.deny) return;
  const form = await until({ within: soonMs, signal, otherwise: 'nobody was asked for the reason' }, async () =>
    sandbox.openViews(onCall).at(-1),
  );
  const reason = 'the demo shows what a denial leads to';
  await sandbox.submit({ user: onCall, viewId: form.id, values: { reason: { value: reason } } });
}

/** Waits for the end of the incident's run; answers its id. A person may take their time. */
function endOfRun({ app, options, signal }: Stage, incidentId: string): Promise<string> {
  const within = options.headless ? soonMs : 24 * 3_600_000;
  return until({ within, signal, otherwise: 'the run did not end' }, async () => {
    const runs = await app.store.reads.runsOfIncident(incidentId);
    return runs.find(({ state }) => isTerminal(state.status))?.state.runId;
  });
}

/** Says how things stand once all that follows from the service's state has happened and Slack has been told. */
async function report(
  stage: Stage,
  of: { readonly incidentId: string; readonly runId: string; readonly recovered: Promise<void> },
): Promise<DemoReport> {
  const { app, options, service, signal } = stage;
  const { incidentId, runId } = of;
  const isUp = await service.answers();
  if (isUp) {
    await of.recovered;
    await until(
      { within: soonMs, signal, otherwise: 'the incident was not resolved' },
      async () => (await app.store.reads.incident(incidentId))?.status === 'resolved',
    );
  }
  await until({ within: soonMs, signal, otherwise: 'Slack was not told' }, async () =>
    (await app.store.messages.behind(100)).every((behind) => behind.incidentId !== incidentId),
  );
  const result = await reportOn(stage, { incidentId, runId, isUp });
  process.stdout.write(`${options.json ? JSON.stringify(result) : reportText(result)}\n`);
  if (!isUp) say(`${service.name} is still down: its alert goes on firing, and the incident stays open.`);
  return result;
}

/** Whether everything stands as it must after the on-call user's decision. */
function isAsWanted({ outcome, service, status, audit }: DemoReport, { deny }: DemoOptions): boolean {
  const stands = deny
    ? outcome === 'failed' && service === 'down' && status === 'open'
    : outcome === 'succeeded' && service === 'up' && status === 'resolved';
  return stands && audit === 'verified';
}

/** Where an alert goes, and by which token. */
type Posting = { readonly url: string | null; readonly token: string; readonly alert: DemoAlert };

async function post({ url, token, alert }: Posting, status: 'firing' | 'resolved'): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const body = alert.body(status, new Date());
  const answer = await fetch(`${url}/hooks/alertmanager`, { method: 'POST', headers, body });
  if (answer.status !== 202) throw new Error(`the alert was not accepted: ${answer.status} ${await answer.text()}`);
}

/** What `look` finds, as soon as it finds something. Rejects after `within` milliseconds, or when the signal comes. */
async function until<T>(
  how: { readonly within: number; readonly signal: AbortSignal; readonly otherwise: string },
  look: () => Promise<T | undefined | null | false>,
): Promise<T> {
  for (const deadline = Date.now() + how.within; Date.now() < deadline; ) {
    const found = await look();
    if (found) return found;
    await delay(lookEveryMs, undefined, { signal: how.signal });
  }
  throw new Error(`${how.otherwise} within ${how.within / 1000} s`);
}

function complain(faults: readonly string[]): number {
  for (const fault of faults) say(fault);
  return 1;
}
