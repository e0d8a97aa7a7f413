// Which playbook files a path stands for: links are followed, folders within folders too. Whatever cannot be read is told, never
// passed over. Reads no file's content.
import { lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A place that cannot be used, and why. */
type PathFault = { readonly path: string; readonly message: string };
/** The files that were found, each once, however many links lead to it. */
export type FoundFiles = { readonly files: readonly string[]; readonly faults: readonly PathFault[] };

/** Playbooks are YAML files that are no tests. */
export const isPlaybookName = (name: string): boolean => /(?<!\.test)\.ya?ml$/i.test(name);
/** Tests of playbooks. */
export const isTestName = (name: string): boolean => /\.test\.ya?ml$/i.test(name);

const notFollowed = (name: string) => name.startsWith('.') || name === 'node_modules';

/**
 * The files under a path.
 * @param fits which names count within folders; a file that is named itself always does
 */
export function filesUnder(path: string, fits: (name: string) => boolean): FoundFiles {
  const files = new Map<string, string>();
  const faults: PathFault[] = [];
  const visited = new Set<string>();
  const visit = (place: string, isNamed: boolean): void => {
    try {
      const about = statSync(place);
      const real = realpathSync(place);
      if (about.isDirectory()) {
        if (visited.has(real)) return;
        visited.add(real);
        for (const name of readdirSync(place).sort()) if (!notFollowed(name)) visit(join(place, name), false);
      } else if (!isNamed && !fits(basename(place))) return;
      else if (!about.isFile()) faults.push({ path: place, message: 'is neither a file nor a folder' });
      else if (!files.has(real)) files.set(real, place);
    } catch (error) {
      faults.push({ path: place, message: why(place, error) });
    }
  };
  visit(path, true);
  return { files: [...files.values()].sort(), faults };
}

function why(place: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' && isLink(place)) return `is a link to ${readlinkSync(place)}, which is not there`;
  if (code === 'ELOOP') return 'is a link that leads back to itself';
  const known: { readonly [code: string]: string } = {
    ENOENT: 'is not there',
    EACCES: 'may not be read by this user',
    EPERM: 'may not be read by this user',
  };
  return known[code ?? ''] ?? `cannot be read: ${message}`;
}

function isLink(place: string): boolean {
  try {
    return lstatSync(place).isSymbolicLink();
  } catch {
    return false;
  }
}
