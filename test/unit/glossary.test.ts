// The glossary, held against the source: every exported type of the core stands in it, and none that is gone.
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readTree } from '../support/source/source-file.ts';

const glossary = readFileSync(fileURLToPath(new URL('../../docs/glossary.md', import.meta.url)), 'utf8');

type Section = { readonly folder: string; readonly cells: readonly string[] };
/** The tables of types: their headings name a folder of src. */
const sections: readonly Section[] = glossary.split(/^## /m).flatMap((text) => {
  const folder = /^.*\(`src\/([\w/-]+)\/`\)/.exec(text)?.[1];
  return folder === undefined ? [] : [{ folder, cells: firstCells(text) }];
});

/** The first cells of every row, without those of headings. */
function firstCells(text: string): readonly string[] {
  const cells = [...text.matchAll(/^\|([^|]*)\|/gm)].map(([, cell = '']) => cell.trim());
  return cells.filter((cell) => cell !== 'type' && cell !== 'word' && !/^-+$/.test(cell));
}

const typesIn = ({ cells }: Section) => cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name));

/** Exported types by the folder that they are in; those of the engine's folders belong to the engine. */
const exported = new Map<string, string[]>();
for (const { path, exports } of readTree('src')) {
  const own = dirname(path);
  const folder = own.startsWith('engine/') ? 'engine' : own;
  const names = exports.filter(({ type }) => type).map(({ name }) => name);
  exported.set(folder, (exported.get(folder) ?? []).concat(names));
}

describe('docs/glossary.md', () => {
  const coreFolders = [...exported].flatMap(([folder, names]) =>
    /^core(\/|$)/.test(folder) && names.length > 0 ? [folder] : [],
  );

  it.each(coreFolders)('explains every exported type of src/%s under its folder', (folder) => {
    const rows = sections.filter((section) => section.folder === folder).flatMap(typesIn);
    expect(exported.get(folder)?.filter((name) => !rows.includes(name))).toEqual([]);
  });

  it.each(sections)('has no row of a type that is gone from src/$folder', (section) => {
    const names = exported.get(section.folder) ?? [];
    expect(typesIn(section).filter((name) => name === undefined || !names.includes(name))).toEqual([]);
  });

  it('explains no word and no type twice', () => {
    const all = firstCells(glossary.slice(0, glossary.indexOf('## Types'))).concat(
      sections.flatMap(typesIn).map((name) => `\`${name}\``),
    );
    expect(all.filter((word, at) => all.indexOf(word) !== at)).toEqual([]);
  });
});
