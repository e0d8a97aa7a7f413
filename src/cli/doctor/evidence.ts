// What `firebreak doctor` says of the evidence that routes ask for: servers that may not be reached, files that are not there. Fetches nothing.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { AllowList } from '../../actions/http/allow-list.ts';
import { refusedHost } from '../../actions/http/known-host.ts';
import type { Config } from '../../config/environment.ts';
import { everyRoute } from '../../core/alert/route.ts';
import type { Check } from './check.ts';

const about = 'evidence';

/** Looks at `evidence:` of every route. */
export function checkEvidence(
  { configDir, file }: Pick<Config, 'configDir'> & { readonly file: Pick<Config['file'], 'alerts'> },
  allow: AllowList,
): readonly Check[] {
  const all = everyRoute(file.alerts.routes).flatMap(({ route }) =>
    (route.evidence ?? []).map((setting) => ({ at: `${route.name}/${setting.name}`, setting })),
  );
  if (all.length === 0) return [];
  const doubts = all.flatMap(({ at, setting }): readonly Check[] => {
    const [refused] = setting.query ? refusedHost(allow, { url: setting.query.url }) : [];
    if (refused) {
      const advice = 'name the server under `actions.http.allow` in firebreak.yaml';
      return [{ about, status: 'warn', found: `${at} cannot be had: ${refused.message}`, advice }];
    }
    if (setting.file === undefined || existsSync(resolve(configDir, setting.file))) return [];
    const advice = 'the path is taken from the folder of firebreak.yaml; correct it, or put the file there';
    return [{ about, status: 'warn', found: `${at}: there is no file ${setting.file}`, advice }];
  });
  if (doubts.length > 0) return doubts;
  return [{ about, status: 'ok', found: `${all.length} kept by routes`, advice: null }];
}
