// What a schema found wrong in a section of firebreak.yaml, as faults with a path and with what would be right.

import type { z } from 'zod';
import { nearest } from '../core/playbook/suggest.ts';
import { issuesOf } from '../core/schema-issues.ts';

/** One fault; `at` is the path within what was checked. */
type SettingFault = { readonly at: readonly PropertyKey[]; readonly message: string };

/**
 * The faults of a schema; none where it found none.
 * @param about what was checked, in words, and the keys that it may have
 */
export function settingFaults(
  error: z.ZodError | undefined,
  about: { readonly what: string; readonly keys: readonly string[] },
): readonly SettingFault[] {
  return issuesOf(error).flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [{ at: issue.path, message: issue.message }];
    return issue.keys.map((key) => {
      const known = `is no setting of ${about.what}${nearest(key, about.keys)}; there are ${about.keys.join(', ')}`;
      return { at: [...issue.path, key], message: issue.path.length === 0 ? known : 'is no setting here' };
    });
  });
}
