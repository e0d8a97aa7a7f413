// What `firebreak doctor` says of who is on call: providers that do not answer, and entries by which nobody is.

import type { AllowList } from '../../actions/http/allow-list.ts';
import { createOnCall } from '../../actions/on-call/on-call.ts';
import type { Config } from '../../config/environment.ts';
import { realRuntime } from '../../platform/runtime.ts';
import type { OnCallState } from '../../ports/on-call.ts';
import type { Check } from './check.ts';

/** Asks every provider once. */
export async function checkOnCall({ file }: Config, allow: AllowList): Promise<readonly Check[]> {
  const { people, oncall } = file;
  return onCallChecks(
    await createOnCall(oncall, { people, allow, runtime: realRuntime, log: { warn: () => undefined } }).states(),
  );
}

/** What is to be said of them. */
export function onCallChecks(states: readonly OnCallState[]): readonly Check[] {
  const about = 'on call';
  return states.map(({ name, from, who, trouble }): Check => {
    if (trouble !== null)
      return {
        about,
        status: 'warn',
        found: `${name}: ${trouble}`,
        advice: `look at oncall.${name} in firebreak.yaml and at ${from}`,
      };
    if (who.length === 0)
      return {
        about,
        status: 'warn',
        found: `${name}: nobody is on call`,
        advice: `look at oncall.${name} in firebreak.yaml`,
      };
    return { about, status: 'ok', found: `${name}: ${who.join(', ')}`, advice: null };
  });
}
