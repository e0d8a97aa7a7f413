// What a page under docs/sources tells people to set up, taken from the page itself, for tests with the real sender. Runs nothing.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The block of code on the page of a source that begins with a text, with our address and our file of the header in place of the examples. */
export function documentedBlock(
  source: string,
  begins: string,
  { url, header }: { readonly url: string; readonly header: string },
): string {
  const page = readFileSync(fileURLToPath(new URL(`../../../docs/sources/${source}.md`, import.meta.url)), 'utf8');
  const block = [...page.matchAll(/^```\w+\n(.*?)^```$/gms)]
    .map(([, text = '']) => text)
    .find((text) => text.startsWith(begins));
  if (block === undefined) throw new Error(`docs/sources/${source}.md has no block that begins with ${begins}`);
  const set = block
    .replaceAll('https://firebreak.example.com', url)
    .replaceAll(/@\/etc\/[a-z0-9]+\/firebreak\.header/g, `@${header}`);
  if (set.includes('curl') && !(set.includes(`${url}/hooks/${source}`) && set.includes(`@${header}`)))
    throw new Error(`the block of docs/sources/${source}.md sends to no address, or no header`);
  return set;
}
