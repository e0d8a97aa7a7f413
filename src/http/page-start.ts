// What a page of the application loads at once, told to the browser in its head: the scripts of that page, the fonts, and the answers that it
// begins with. Otherwise it would learn of each of them only from the one before. Holds no data.
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { textOf } from './html-page.ts';

/** How a page of the application begins. */
export type PageStart = {
  /** Its file below src/web. */
  readonly source: string;
  /** Addresses of the API that it asks for as soon as it stands, exactly as it does: what is loaded and not asked for is loaded in vain. */
  readonly reads: readonly string[];
};

/** What the build says of a file: where it stands now, and what it loads besides. */
const Built = z.object({
  file: z.string(),
  imports: z.array(z.string()).default([]),
  css: z.array(z.string()).default([]),
  assets: z.array(z.string()).default([]),
});
const Manifest = z.record(z.string(), Built);

const manifestFile = new URL('../web/.vite/manifest.json', import.meta.url);

/** Fonts of what most people read; others are loaded where their letters come. */
const fonts = /\/(?:inter|jetbrains-mono)-latin-wght-normal-/;

/** The lines of a page's head that load its beginning; `up`: where the application's files and its API stand, seen from there. */
export async function startLinks({ source, reads }: PageStart, up: string): Promise<string> {
  const manifest = Manifest.parse(JSON.parse(await readFile(manifestFile, 'utf8').catch(() => '{}')));
  const [entry] = filesOf(manifest, 'index.html');
  const known = new Set(entry === undefined ? [] : [entry, ...entry.imports.flatMap((name) => manifest[name] ?? [])]);
  const mine = filesOf(manifest, source).filter((one) => !known.has(one));
  const link = (rest: string, address: string) => `<link ${rest} crossorigin href="${textOf(up + address)}">`;
  return [
    ...reads.map((address) => link('rel="preload" as="fetch"', `api/v1/${address}`)),
    ...mine.map(({ file }) => link('rel="modulepreload"', file)),
    ...(entry?.assets ?? [])
      .filter((file) => fonts.test(file))
      .map((file) => link('rel="preload" as="font" type="font/woff2"', file)),
  ].join('\n    ');
}

/** A file with all that it imports at once, itself first. */
function filesOf(manifest: z.infer<typeof Manifest>, name: string): readonly z.infer<typeof Built>[] {
  const seen = new Set<string>();
  const take = (one: string): z.infer<typeof Built>[] => {
    const built = manifest[one];
    if (built === undefined || seen.has(one)) return [];
    seen.add(one);
    return [built, ...built.imports.flatMap(take)];
  };
  return take(name);
}
