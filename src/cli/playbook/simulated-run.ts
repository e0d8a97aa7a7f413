// What a simulation starts from: a playbook by name or file, an alert as its source sends it, a run that never was.
import { existsSync } from 'node:fs';
import { actionTraits } from '../../actions/registry.ts';
import { Alert } from '../../core/alert/alert.ts';
import { severityLevel } from '../../core/alert/severity.ts';
import { systemActor } from '../../core/events.ts';
import { openIncident } from '../../core/incident/evolve.ts';
import { type JsonObject, toJson } from '../../core/json.ts';
import { parseLossless } from '../../core/lossless-json.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import { nearest } from '../../core/playbook/suggest.ts';
import type { NewRun } from '../../core/run/started.ts';
import { sources } from '../../sources/registry.ts';
import type { Integration, Source, SourceContext } from '../../spi/source.ts';
import { loadPlaybooks } from '../../store/playbook/playbook-files.ts';
import { CliError, line } from '../session/output.ts';
import { checkPlaybookFiles, faultLines, playbookFolder, policiesOf } from './checked-playbooks.ts';

/** A playbook by the path of its file, or by name among those in force. One that cannot work here is refused with its faults. */
export function playbookOf(nameOrFile: string): Playbook {
  const isFile = /\.ya?ml$/i.test(nameOrFile) && existsSync(nameOrFile);
  const path = isFile ? nameOrFile : playbookFolder();
  const { playbooks, faults } = checkPlaybookFiles([path]);
  const found = isFile ? playbooks[0] : playbooks.find(({ name }) => name === nameOrFile);
  if (found) return found;
  const loaded = loadPlaybooks([path], actionTraits, policiesOf()).playbooks;
  const own = loaded.find(({ playbook }) => playbook.name === nameOrFile)?.file;
  // Those of the playbook itself where it is known; else it may be in any of the files that cannot be read.
  const about = own === undefined ? faults : faults.filter(({ file }) => file === own);
  if (about.length > 0) throw new CliError('invalid_playbooks', faultLines(about));
  const names = loaded.map(({ playbook }) => playbook.name);
  throw new CliError(
    'not_found',
    `there is no playbook ${line(nameOrFile, 80)}${nearest(nameOrFile, names)}; there are ${names.join(', ') || 'none'}`,
  );
}

/** The playbooks that steps may call. */
export function library(name: string): Playbook | undefined {
  const { playbooks } = loadPlaybooks([playbookFolder()], actionTraits, policiesOf());
  return playbooks.find(({ playbook }) => playbook.name === name)?.playbook;
}

/**
 * Alerts out of a file: the body of a source, or one alert in Firebreak's own form.
 * @param text of the file
 * @param sourceId whose body it is; null: that of the first that can read it
 * @param integrations those configured, for sources that have settings
 */
export function alertsIn(
  text: string,
  sourceId: string | null,
  integrations: readonly Integration[] = [],
): readonly Alert[] {
  let body: unknown;
  try {
    body = parseLossless(text);
  } catch (error) {
    throw new CliError('unreadable', `the alert is not JSON: ${(error as Error).message}`);
  }
  const own = Alert.safeParse(body);
  if (own.success) return [own.data];
  const tried = sourceId === null ? [...sources.values()] : [sources.get(sourceId)].flatMap((source) => source ?? []);
  const delivery = {
    raw: Buffer.from(text),
    body: toJson(body),
    receivedAt: new Date().toISOString(),
    remarks: [],
  };
  for (const source of tried) {
    const context = integrations.find((candidate) => candidate.source === source.id) ?? plainContext(source);
    const parsed = context && source.parse({ ...delivery, headers: source.sample.headers }, context);
    if (parsed?.ok && parsed.value.alerts.length > 0) return parsed.value.alerts;
  }
  throw new CliError(
    'unreadable',
    `the file is no alert of ${tried.map(({ id }) => id).join(' or ') || line(sourceId ?? '')}`,
  );
}

/** What a source is told where no integration of it is configured; null if it cannot do without settings. */
function plainContext({ id, settings }: Source): SourceContext | null {
  const plain = settings.safeParse({});
  return plain.success ? { name: id, settings: plain.data } : null;
}

/** A run to simulate. */
export function newRun(
  playbook: Playbook,
  alert: Alert | null,
  inputs: JsonObject,
  env: { readonly [name: string]: string },
  at: string,
): NewRun {
  const title = alert?.title ?? `Manual run of ${playbook.name}`;
  const data = { number: 1, title, severity: alert ? severityLevel(alert.severity) : 3, groupKey: null };
  const opened = { type: 'incident.opened' as const, at, actor: systemActor, data };
  return {
    runId: 'run_00000000000000000000000000',
    incident: openIncident('inc_00000000000000000000000000', opened),
    playbook,
    trigger: alert
      ? {
          type: 'alert',
          fingerprint: alert.fingerprint,
          source: alert.source,
          receipt: 'dlv_00000000000000000000000000',
        }
      : { type: 'manual' },
    inputs,
    alert,
    actor: systemActor,
    at,
    env,
  };
}
