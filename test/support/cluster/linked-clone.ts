// The checkout as a newcomer has it after `npm ci`, in a folder of its own. Only the dependencies are shared, by links to their files.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './process.ts';

const copied = ['package.json', 'dist', 'deploy'];

/** A folder with the program, built, and all that it needs; only its owner may enter it. */
export function linkedClone(): { readonly folder: string; readonly remove: () => void } {
  // Beside the checkout: files can be linked within one file system only.
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache/clone-'));
  chmodSync(folder, 0o700);
  execFileSync('cp', ['-a', ...copied.map((part) => join(root, part)), folder]);
  execFileSync('cp', ['-al', join(root, 'node_modules'), folder]);
  mkdirSync(join(folder, 'playbooks'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
