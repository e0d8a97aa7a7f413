// The rule book of this installation, out of its policies and its configuration. Holds no rule.
import { existsSync, statSync } from 'node:fs';
import type { Config } from './config/environment.ts';
import { formatFault } from './core/playbook/compile.ts';
import type { Rulebook } from './core/policy/rulebook.ts';
import { err, ok, type Result } from './core/result.ts';
import { loadPolicies } from './store/policy/policy-files.ts';

/** Reads it; a folder that is named and not there, or a policy with a fault, is an error: nothing starts unruled. */
export function readRulebook({
  policies,
  file,
}: Pick<Config, 'policies' | 'file'>): Result<Rulebook, readonly string[]> {
  if (policies === null) return ok({ policies: [], ...file.rules });
  if (!existsSync(policies) || !statSync(policies).isDirectory())
    return err([
      `FIREBREAK_POLICIES: ${policies} is no folder; make it, or unset the setting where there are no policies`,
    ]);
  const { policies: loaded, faults } = loadPolicies([policies]);
  return faults.length > 0
    ? err(faults.map(formatFault))
    : ok({ policies: loaded.map(({ policy }) => policy), ...file.rules });
}

const unreadable = 'the policies of this installation cannot be read; firebreak policy test says why';

/** What stands in for rules that cannot be read: nothing starts. */
export const closedRulebook: Rulebook = {
  policies: [
    {
      name: 'unreadable-policies',
      description: '',
      timeZone: 'UTC',
      rules: [{ id: 'closed', at: ['start', 'step', 'order'], when: 'true', effect: { deny: unreadable } }],
    },
  ],
  freezes: [],
  environments: [],
};

/** Where the rules come from, for people. */
export const sourceOfRules = ({ policies }: Pick<Config, 'policies'>): string =>
  policies === null ? 'firebreak.yaml' : 'the folder of policies';
