// What a schema found wrong in a section of firebreak.yaml, as faults with a path and with what would be right.

import type { z } from 'zod';
import { plainMessage } from '../core/plain-issue.ts';
import { nearest } from '../core/playbook/suggest.ts';
import { issuesOf } from '../core/schema-issues.ts';
import { keysAt } from '../core/schema-keys.ts';

/** One fault; `at` is the path within what was checked. */
type SettingFault = { readonly at: readonly PropertyKey[]; readonly message: string };

/** What other tools call what stands here under another name. */
const foreign: { readonly [word: string]: string } = {
  sources: 'integrations',
  receivers: 'integrations',
  route: 'routes',
  inhibit: 'inhibition',
  inhibit_rules: 'inhibition',
  time_intervals: 'intervals',
  mute_time_intervals: 'intervals',
  enrich: 'enrichment',
  maintenance: 'windows',
};

/**
 * The faults of a schema; none where it found none.
 * @param about what was checked, in words, its schema, and the keys that it may have besides those of the schema
 */
export function settingFaults(
  error: z.ZodError | undefined,
  about: { readonly what: string; readonly schema: z.ZodType; readonly beside?: readonly string[] },
): readonly SettingFault[] {
  return issuesOf(error).flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [{ at: issue.path, message: plainMessage(issue) }];
    const isTop = issue.path.length === 0;
    const keys = [...(isTop ? (about.beside ?? []) : []), ...keysAt(about.schema, issue.path)];
    const where = isTop ? `of ${about.what}` : 'here';
    const there = keys.length === 0 ? '' : `; there are ${keys.join(', ')}`;
    return issue.keys.map((key) => ({
      at: [...issue.path, key],
      message: `is no setting ${where}${meant(key, keys)}${there}`,
    }));
  });
}

function meant(key: string, keys: readonly string[]): string {
  const ours = Object.hasOwn(foreign, key) ? foreign[key] : undefined;
  return ours !== undefined && keys.includes(ours) ? `; did you mean \`${ours}\`?` : nearest(key, keys);
}
