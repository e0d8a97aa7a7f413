// `firebreak demo`: the main job with nothing but this machine. A real service goes down, a real alert arrives, a person (or,
// headless, the sandbox's on-call user by a signed click) approves, the service recovers, the postmortem is written.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type App, startApp } from '../app.ts';
import { type Config, environment, readConfig } from '../config/environment.ts';
import type { StoredEvent } from '../core/events.ts';
import { createRedactor } from '../core/redact.ts';
import { exportTimeline } from '../engine/record/export-timeline.ts';
import { createLog } from '../platform/log.ts';
import { auditStore, exportDeps } from '../record.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { alertmanager } from '../sources/alertmanager.ts';

/** How to run the demo. */
export type DemoOptions = {
  readonly headless: boolean;
  readonly alertFile: string | null;
  readonly socketMode: boolean;
  readonly json: boolean;
};

const root = fileURLToPath(new URL('../..', import.meta.url));
const service = 'checkout-api';

/** Runs the demo; answers the exit code. */
export async function demo(options: DemoOptions): Promise<number> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  process.chdir(root);
  const token = randomBytes(16).toString('hex');
  const slack = {
    botToken: `xoxb-sandbox-${token}`,
    signingSecret: randomBytes(16).toString('hex'),
    appToken: `xapp-sandbox-${token}`,
  };
  const sandbox = await startSandbox(slack);
  const given = environment({ LOG_LEVEL: 'warn', PORT: '3000' });
  const port = await freePort(Number(given.PORT));
  const config = readConfig({
    ...{
      ...given,
      PORT: String(port),
      DEMO_WEBHOOK_TOKEN: token,
      FIREBREAK_CONFIG: join(root, 'deploy/demo/firebreak.yaml'),
    },
    ...{ SLACK_BOT_TOKEN: slack.botToken, SLACK_SIGNING_SECRET: slack.signingSecret, SLACK_API_URL: sandbox.apiUrl },
    ...(options.socketMode ? { SLACK_APP_TOKEN: slack.appToken } : {}),
  });
  if (!config.ok) return complain(config.error);
  const log = createLog({
    level: config.value.logLevel,
    format: config.value.logFormat,
    redact: createRedactor(config.value.secretValues),
  });
  let app: App | null = null;
  const servicePort = await freePort(18_080);
  prepareService(servicePort);
  try {
    const started = await startApp(config.value, log, { role: 'all', pool: 'default' });
    if (!started.ok) return complain(started.error);
    app = started.value;
    sandbox.setRequestUrl(`${app.url}/slack/events`);
    say(`Slack sandbox: ${sandbox.url}`);
    const body = (status: 'firing' | 'resolved') => alertBody(options.alertFile, servicePort, status);
    await post(app, token, body('firing'));
    say(`${service} is down; its alert is on the way.`);
    const channel = await sandbox.waitFor(() => sandbox.channel('inc-'), 20_000);
    say(`Incident channel: #${channel.name}`);
    const request = await sandbox.waitFor(() => approvalOf(sandbox, channel.id), 30_000);
    if (options.headless) {
      say('Approval is asked for; the on-call user clicks Approve.');
      await sandbox.click({ user: 'U0ANA', channel: channel.id, ts: request.ts, actionId: 'approval_approve' });
    } else say(`Approval is asked for: open ${sandbox.url} and click Approve in #${channel.name}.`);
    const outcome = await ending(sandbox, channel.id, options.headless ? 60_000 : 3_600_000);
    await post(app, token, body('resolved'));
    await sandbox.waitFor(
      () =>
        sandbox.messages(channel.id).some(({ text }) => text.startsWith('Incident ') && text.includes(', resolved,')),
      20_000,
    );
    const result = await finish(app, config.value, outcome);
    process.stdout.write(
      options.json
        ? `${JSON.stringify(result)}\n`
        : `Run: ${result.outcome}\nPostmortem: ${result.postmortem}\nAudit: ${result.audit}\n`,
    );
    if (!options.headless) {
      say('Press Ctrl-C to end.');
      await new Promise((resolve) => process.once('SIGINT', resolve));
    }
    return result.outcome === 'succeeded' && result.audit === 'verified' ? 0 : 1;
  } finally {
    await app?.stop();
    await sandbox.close();
    control('stop');
  }
}

function complain(faults: readonly string[]): number {
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  return 1;
}

const control = (verb: string) =>
  execFileSync(join(root, 'deploy/demo/servicectl'), [verb, service], { stdio: 'ignore' });

/** Makes the service known on its port, and down. */
function prepareService(port: number): void {
  const folder = join(root, 'data/demo-service');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${service}.json`), JSON.stringify({ port, pid: 0, release: 1 }));
}

function alertBody(file: string | null, port: number, status: 'firing' | 'resolved'): string {
  const sample = structuredClone(file === null ? alertmanager.sample.body : JSON.parse(readFileSync(file, 'utf8')));
  const now = new Date().toISOString();
  for (const alert of sample.alerts) {
    alert.annotations = { ...alert.annotations, status_url: `http://127.0.0.1:${port}/status` };
    alert.status = status;
    if (status === 'resolved') alert.endsAt = now;
  }
  return JSON.stringify({ ...sample, status });
}

async function post(app: App, token: string, body: string): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const answer = await fetch(`${app.url}/hooks/alertmanager`, { method: 'POST', headers, body });
  if (answer.status !== 202) throw new Error(`the alert was not accepted: ${answer.status} ${await answer.text()}`);
}

const approvalOf = (sandbox: Sandbox, channelId: string) =>
  sandbox.messages(channelId).find(({ blocks }) => JSON.stringify(blocks ?? '').includes('approval_approve'));

async function ending(sandbox: Sandbox, channelId: string, withinMs: number): Promise<string> {
  const end = /^Run of .*?: (succeeded|failed|cancelled|compensated|compensation failed)\./;
  const said = await sandbox.waitFor(
    () =>
      sandbox
        .messages(channelId)
        .map(({ text }) => end.exec(text)?.[1])
        .find(Boolean),
    withinMs,
  );
  return said ?? 'unknown';
}

async function finish(app: App, config: Config, outcome: string) {
  const { items } = await app.store.reads.incidents({ limit: 1, cursor: null });
  const incidentId = items[0]?.id ?? '';
  const folder = join(config.dataDir, 'postmortems');
  mkdirSync(folder, { recursive: true });
  let postmortem = '';
  for (const format of ['html', 'json', 'md'] as const) {
    const file = await exportTimeline(exportDeps(config, app.store), incidentId, format);
    if (!file) continue;
    postmortem = join(folder, file.filename);
    writeFileSync(postmortem, file.content);
  }
  const audit = await auditStore(config, app.store);
  const events: StoredEvent[] = [];
  for await (const event of app.store.events.readStream(incidentId)) events.push(event);
  return {
    outcome,
    incident: incidentId,
    postmortem,
    events: events.length,
    audit: audit.outcome === 'ok' ? 'verified' : `bad: ${JSON.stringify(audit.place)}`,
  };
}

/** The wanted port if it is free, else any. */
function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' && wanted !== 0 ? resolve(freePort(0)) : reject(error),
    );
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
