// What a simulation starts from: a playbook by name or file, an alert as its source sends it.
import { existsSync } from 'node:fs';
import { actionTraits } from '../../actions/registry.ts';
import type { Alert } from '../../core/alert/alert.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import { nearest } from '../../core/playbook/suggest.ts';
import { readAlerts } from '../../sources/alerts-in.ts';
import type { Integration } from '../../spi/source.ts';
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

/** Alerts out of a file. @throws CliError where it holds none */
export function alertsIn(
  text: string,
  sourceId: string | null,
  integrations: readonly Integration[] = [],
): readonly Alert[] {
  const alerts = readAlerts(text, sourceId, integrations);
  if (alerts.ok) return alerts.value;
  throw new CliError('unreadable', line(alerts.error));
}
