// What `firebreak doctor` sees on this machine: Node, disk, addresses, integrations, playbooks.
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { alertWarnings } from '../../config/alerts.ts';
import type { Config } from '../../config/environment.ts';
import { formatFault } from '../../core/playbook/compile.ts';
import { ok } from '../../core/result.ts';
import { sources } from '../../sources/registry.ts';
import { isOpen } from '../../spi/source.ts';
import { filesUnder, isPlaybookName } from '../../store/playbook/playbook-paths.ts';
import { checkPlaybookFiles } from '../playbook/checked-playbooks.ts';
import type { Check } from './check.ts';

const oldestNode = [20, 19] as const;
const gib = 2 ** 30;

/** Whether this Node is new enough; `version` without the `v`. */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [needMajor, needMinor] = oldestNode;
  const isOld = major < needMajor || (major === needMajor && minor < needMinor);
  return {
    about: 'node',
    status: isOld ? 'fail' : 'ok',
    found: `version ${version}`,
    advice: isOld ? `install Node ${needMajor}.${needMinor} or newer` : null,
  };
}

/** The folder itself, or the one it would be made in. */
export function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path));
}

/** Whether the data directory can be written and has room. */
export function checkDisk(dataDir: string): Check {
  const folder = nearestFolder(dataDir);
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    const advice = `make ${folder} writable for this user, or set FIREBREAK_DATA_DIR to another folder`;
    return { about: 'data', status: 'fail', found: `${dataDir} cannot be written`, advice };
  }
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const status = free < gib / 4 ? 'fail' : free < 2 * gib ? 'warn' : 'ok';
  const made = folder === dataDir ? '' : ' (not made yet)';
  return {
    about: 'data',
    status,
    found: `${dataDir}${made}, ${(free / gib).toFixed(1)} GiB free`,
    advice: status === 'ok' ? null : 'free some space: a database whose disk is full stops taking alerts',
  };
}

/** Whether people and senders can get at what they need. */
export function checkHttp({ host, port, apiToken, publicUrl }: Config): Check {
  const isLocal = /^(127\.|localhost$|::1$)/.test(host);
  const found = `listens on ${host}:${port}, reached as ${publicUrl}`;
  return !isLocal && apiToken === null
    ? {
        about: 'http',
        status: 'warn',
        found,
        advice: 'set FIREBREAK_API_TOKEN: without it the API answers to this machine only',
      }
    : { about: 'http', status: 'ok', found, advice: null };
}

/** Whether alerts can come in, and only from whom they should. */
export function checkIntegrations({ file }: Config): readonly Check[] {
  const about = 'integrations';
  if (file.integrations.length === 0) {
    const advice = 'add `integrations:` to firebreak.yaml, as in deploy/firebreak.example.yaml';
    return [{ about, status: 'warn', found: 'none: no alert can come in', advice }];
  }
  const open = file.integrations.filter((one) => isOpen(sources.get(one.source), one)).map(({ name }) => name);
  const found = file.integrations.map(({ name }) => name).join(', ');
  return open.length > 0
    ? [
        {
          about,
          status: 'warn',
          found,
          advice: `give ${open.join(', ')} an \`auth\`: anybody may send alerts there now`,
        },
      ]
    : [{ about, status: 'ok', found, advice: null }];
}

/** Silences and windows that are over at an instant, and likely forgotten. */
export function checkAlerts({ file }: Config, at: string): readonly Check[] {
  return alertWarnings(file.alerts, at).map(({ path, message }) => {
    return { about: 'alerts', status: 'warn', found: file.faultAt(path, message), advice: 'correct firebreak.yaml' };
  });
}

/** Whether the playbooks can be used, and can work here. */
export function checkPlaybooks(config: Config): readonly Check[] {
  const about = 'playbooks';
  const { playbooks: folder } = config;
  if (existsSync(folder) && filesUnder(folder, isPlaybookName).files.length === 0)
    return [{ about, status: 'warn', found: `none in ${folder}`, advice: 'put one there, or set FIREBREAK_PLAYBOOKS' }];
  const { playbooks, faults } = checkPlaybookFiles([folder]);
  const broken = faults.map((fault): Check => {
    const advice = 'correct it; `firebreak validate` checks again';
    return { about, status: 'fail', found: formatFault(fault), advice };
  });
  // Without a configuration nothing is allowed yet: that is told, and stands in the way of nothing.
  const known = new Set(faults.map(formatFault));
  for (const fault of checkPlaybookFiles([folder], ok(config)).faults.filter((one) => !known.has(formatFault(one)))) {
    const advice = 'say so in firebreak.yaml, or change the playbook';
    broken.push({ about, status: 'warn', found: formatFault(fault), advice });
  }
  if (playbooks.length === 0) return broken;
  return [{ about, status: 'ok', found: `${playbooks.length} valid in ${folder}`, advice: null }, ...broken];
}
