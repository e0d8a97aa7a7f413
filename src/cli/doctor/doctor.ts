// `firebreak doctor`: what stands in the way of a good start, line by line, each with what to do. Changes nothing.
import type { Command } from 'commander';
import { reachableBy } from '../../actions/http/allow-list.ts';
import { environment, readConfig } from '../../config/environment.ts';
import { partSettings } from '../../config/parts.ts';
import { examples, jsonOption } from '../session/options.ts';
import { type Colour, line, paint, print, printJson, withProgress } from '../session/output.ts';
import { checkAccess } from './access.ts';
import type { Check } from './check.ts';
import { checkDatabase } from './database.ts';
import { checkEvidence } from './evidence.ts';
import { checkAlerts, checkDisk, checkHttp, checkIntegrations, checkNode, checkPlaybooks } from './local.ts';
import { checkOnCall } from './on-call.ts';
import { checkParts } from './parts.ts';
import { checkPolicies } from './policies.ts';
import { checkQueue } from './queue.ts';
import { checkShell } from './shell.ts';
import { checkSignIn } from './sign-in.ts';
import { checkSlack } from './slack.ts';
import { checkStuck } from './stuck.ts';
import { checkVersions } from './versions.ts';

const colours: { readonly [status in Check['status']]: Colour } = { ok: 'good', warn: 'warning', fail: 'bad' };

/** Adds `doctor`. */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check this installation; exit 1 if something must be mended')
    .addOption(jsonOption())
    .addHelpText('after', examples('doctor', 'doctor --json | jq \'.checks[] | select(.status != "ok")\''))
    .action(async ({ json }: { json?: boolean }) => {
      const checks = await withProgress('checking', examine);
      const failed = checks.some(({ status }) => status === 'fail');
      process.exitCode = failed ? 1 : 0;
      if (json) return printJson({ ok: !failed, checks });
      for (const { status, about, found, advice } of checks) {
        print(`${paint(colours[status], status.padEnd(4))}  ${about.padEnd(12)}  ${line(found)}`);
        if (advice !== null) print(`${' '.repeat(20)}→ ${line(advice)}`);
      }
    });
}

async function examine(step: (done: string) => void): Promise<readonly Check[]> {
  const checks: Check[] = [checkNode(process.versions.node)];
  const config = readConfig(environment({ LOG_LEVEL: 'error' }));
  const parts = config.ok ? partSettings(config.value) : config;
  const faults = parts.ok ? [] : parts.error;
  if (!config.ok || !parts.ok) {
    const advice = 'correct it; the other checks need the settings';
    return [...checks, ...faults.map((found): Check => ({ about: 'settings', status: 'fail', found, advice }))];
  }
  const { value } = config;
  checks.push({ about: 'settings', status: 'ok', found: 'every setting can be used', advice: null });
  checks.push(checkDisk(value.dataDir), checkHttp(value), ...checkIntegrations(value), ...checkPlaybooks(value));
  const reachable = reachableBy(parts.value.actions);
  checks.push(...checkAlerts(value, new Date().toISOString()), ...checkEvidence(value, reachable));
  checks.push(...checkAccess(value), ...checkPolicies(value), ...checkShell(parts.value.actions['shell']));
  step('database');
  const database = await checkDatabase(value);
  step('queue and Slack');
  const around = await Promise.all([
    checkQueue(value),
    checkSlack(value, parts.value.slack),
    checkSignIn(value),
    checkParts(value),
    checkOnCall(value, reachable),
    checkStuck(value),
    checkVersions(value),
  ]);
  return [...checks, ...database, ...around.flat()];
}
