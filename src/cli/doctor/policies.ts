// What `firebreak doctor` sees of the rules: how many policies there are, what nobody can satisfy, and what they always deny. Judges nothing.
import { existsSync } from 'node:fs';
import { actionTraits } from '../../actions/registry.ts';
import type { Config } from '../../config/environment.ts';
import type { Roles } from '../../core/authority/membership.ts';
import { policyDoubts } from '../../core/policy/doubts.ts';
import { alwaysDenied } from '../../core/run/always-denied.ts';
import { readRulebook } from '../../rulebook.ts';
import { loadPlaybooks } from '../../store/playbook/playbook-files.ts';
import { deniedInWords } from '../playbook/checked-playbooks.ts';
import type { Check } from './check.ts';

const about = 'policies';

/** Looks at policies, freezes and environments. */
export function checkPolicies(
  config: Pick<Config, 'policies' | 'playbooks'> & {
    readonly file: Pick<Config['file'], 'rules' | 'roles' | 'people' | 'oncall' | 'approvals'> & {
      readonly roles: Roles;
    };
  },
): readonly Check[] {
  const read = readRulebook(config as Pick<Config, 'policies' | 'file'>);
  if (!read.ok)
    return read.error.map((found) => ({
      about,
      status: 'fail' as const,
      found,
      advice: 'nothing starts until it is mended; `firebreak policy test` says more',
    }));
  const { policies, freezes, environments } = read.value;
  const counted = `${policies.length} policies, ${freezes.length} freezes, ${environments.length} environments`;
  const from = config.policies === null ? 'there is no folder ./policies' : `from ${config.policies}`;
  const doubts = policyDoubts(read.value, config.file);
  const loaded = existsSync(config.playbooks)
    ? loadPlaybooks([config.playbooks], actionTraits, config.file.approvals)
    : null;
  const denied = (loaded?.playbooks ?? []).flatMap(({ playbook }) => alwaysDenied(playbook, read.value));
  return [
    { about, status: 'ok', found: `${counted} (${from})`, advice: null },
    ...doubts.map(
      (found): Check => ({
        about,
        status: 'warn',
        found,
        advice: 'nobody can satisfy it, so what it holds waits until it expires',
      }),
    ),
    ...denied.map(
      (one): Check => ({
        about,
        status: 'warn',
        found: deniedInWords(one),
        advice: 'change the policy or the playbook: what it looks at is the same in every run',
      }),
    ),
  ];
}
