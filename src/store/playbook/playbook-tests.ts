// Which tests there are of a playbook, by the place of their files. Plays nothing.
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { PlaybookFault } from '../../core/playbook/compile.ts';
import { readTest, type TestDocument } from '../../core/playbook/test-document.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { readYamlText, shownPath } from './playbook-files.ts';

/** A test, and the file of the playbook that it is about. */
export type LocatedTest = {
  /** As it is named to people. */
  readonly file: string;
  readonly document: TestDocument;
  readonly playbookFile: string;
};

/** Reads a test and finds its playbook: the one it names, else the file of the same name beside it, or one folder up. */
export function locateTest(path: string): Result<LocatedTest, readonly PlaybookFault[]> {
  const file = shownPath(path);
  const fault = (message: string) => err([{ file, line: 1, col: 1, message }]);
  const text = readYamlText(path);
  if (!text.ok) return fault(text.error);
  const document = readTest(text.value, file);
  if (!document.ok) return document;
  const name = basename(path).replace(/\.test(\.ya?ml)$/, '$1');
  const places = document.value.playbook === undefined ? [name, join('..', name)] : [document.value.playbook];
  const playbookFile = places.map((place) => join(dirname(path), place)).find((place) => existsSync(place));
  return playbookFile === undefined
    ? fault(`there is no playbook ${places.join(' or ')} beside it; name it as \`playbook:\``)
    : ok({ file, document: document.value, playbookFile });
}
