// What `firebreak doctor` hears from the Firebreak that runs on this data directory: which runs are stuck, and which error budgets are used
// up. Asks nothing where none runs, or where it does not answer whoever asks.
import type { Config } from '../../config/environment.ts';
import { ApiSlo, ApiStuckList } from '../../contract/slo.ts';
import { formatDuration } from '../../core/time.ts';
import { livingServer } from './ask-server.ts';
import type { Check } from './check.ts';

/** Looks at the runs and promises of the living server; `fetchFrom`: instead of the network. */
export async function checkStuck(
  { dataDir }: Pick<Config, 'dataDir'>,
  fetchFrom: typeof fetch = fetch,
): Promise<readonly Check[]> {
  const get = livingServer({ dataDir }, fetchFrom);
  if (get === null) return [];
  const [stuck, slo] = await Promise.all([get('stuck'), get('slo')]);
  return [...stuckChecks(ApiStuckList.safeParse(stuck).data ?? null), ...sloChecks(ApiSlo.safeParse(slo).data ?? null)];
}

/** A line for the runs that are stuck; none where nobody answered. */
export function stuckChecks(stuck: Pick<ApiStuckList, 'items'> | null): readonly Check[] {
  const about = 'stuck';
  if (stuck === null) return [];
  const [oldest] = stuck.items;
  if (!oldest) return [{ about, status: 'ok', found: 'no run is stuck', advice: null }];
  const { playbook, incident, what, ageMs } = oldest;
  const found = `${stuck.items.length} stuck; the oldest for ${formatDuration(ageMs)}: ${playbook} #${incident.number} waits for ${what}`;
  return [{ about, status: 'warn', found, advice: 'run `firebreak stuck`: who can unblock each, and how' }];
}

/** A line for the error budgets that are used up; none where nobody answered. */
export function sloChecks(slo: Pick<ApiSlo, 'items'> | null): readonly Check[] {
  const about = 'slo';
  if (slo === null) return [];
  const burned = slo.items.filter(({ status }) => status === 'burned');
  if (burned.length === 0) return [{ about, status: 'ok', found: 'no error budget is used up', advice: null }];
  const found = burned.map(({ subject, objective }) => `${subject} ${objective}`).join(', ');
  return [
    {
      about,
      status: 'warn',
      found: `error budgets used up: ${found}`,
      advice: 'run `firebreak slo`: what was promised',
    },
  ];
}
