// What `firebreak doctor` sees of versions: a file that is another version than its number says, and a playbook of which no version is live.
// Asks nothing where no Firebreak runs on this data directory.
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { actionTraits } from '../../actions/registry.ts';
import type { Config } from '../../config/environment.ts';
import { ApiPlaybookStages } from '../../contract/change-control.ts';
import { type PlaybookRef, playbookRef } from '../../core/playbook/playbook.ts';
import { loadPlaybooks } from '../../store/playbook/playbook-files.ts';
import { livingServer } from './ask-server.ts';
import type { Check } from './check.ts';

const about = 'versions';
const Stages = z.object({ items: z.array(ApiPlaybookStages) });

type Mode = Config['file']['changeControl'];

/** Looks at the folder beside what the living server has recorded; `fetchFrom`: instead of the network. */
export async function checkVersions(
  { dataDir, playbooks: folder, file }: Pick<Config, 'dataDir' | 'playbooks' | 'file'>,
  fetchFrom: typeof fetch = fetch,
): Promise<readonly Check[]> {
  const get = livingServer({ dataDir }, fetchFrom);
  const stages = get && Stages.safeParse(await get('playbook-stages')).data;
  if (!stages || !existsSync(folder)) return [];
  const loaded = loadPlaybooks([folder], actionTraits, file.approvals).playbooks;
  return versionChecks(
    loaded.map(({ playbook }) => playbookRef(playbook)),
    stages.items,
    file.changeControl,
  );
}

/** A line for each fault; one that says that there is none. */
export function versionChecks(
  folder: readonly PlaybookRef[],
  stages: readonly ApiPlaybookStages[],
  mode: Mode,
): readonly Check[] {
  const checks = folder.flatMap((ref): readonly Check[] => {
    const known = stages.find(({ playbook }) => playbook === ref.name);
    const { live = null, canary = null, shadow = null, drafts = [] } = known ?? {};
    const all = [live, canary, shadow, ...drafts].filter((one) => one !== null);
    const other = all.find(({ version, digest }) => version === ref.version && digest !== ref.digest);
    return [
      ...(other && !all.some(({ digest }) => digest === ref.digest) ? [otherContent(ref, mode)] : []),
      ...(mode === 'promoted' && live === null ? [noneLive(ref)] : []),
    ];
  });
  const found = 'every file is the version that its number says';
  return checks.length > 0 ? checks : [{ about, status: 'ok', found, advice: null }];
}

const otherContent = ({ name, version }: PlaybookRef, mode: Mode): Check => ({
  about,
  status: 'warn',
  found: `${name} ${version} in the folder has other content than the ${name} ${version} that is recorded`,
  advice:
    mode === 'promoted'
      ? 'it is refused under this number: give it another version, and register it with `firebreak playbooks register`'
      : 'give it another version, so that people can tell them apart; `firebreak reload` takes it into use',
});

const noneLive = ({ name }: PlaybookRef): Check => ({
  about,
  status: 'warn',
  found: `no version of ${name} is live, so that nothing starts it`,
  advice: `run \`firebreak playbooks show ${name}\`, and have somebody else than its author promote a version`,
});
