// What the build makes of the web application's files: compressed twins that the server sends as they are, and the size of its beginning.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** Writes a brotli and a gzip file beside each script and style. */
export function compressAssets(web) {
  const folder = join(web, 'assets');
  for (const file of readdirSync(folder).filter((name) => /\.(js|css|svg)$/.test(name))) {
    const content = readFileSync(join(folder, file));
    writeFileSync(join(folder, `${file}.gz`), gzipSync(content, { level: 9 }));
    const params = { [constants.BROTLI_PARAM_QUALITY]: 10 };
    writeFileSync(join(folder, `${file}.br`), brotliCompressSync(content, { params }));
  }
}

/** Bytes of script, gzipped, that load before the start page shows anything: the entry and whatever it imports at once. */
export function initialScriptBytes(web) {
  const manifest = JSON.parse(readFileSync(join(web, '.vite', 'manifest.json'), 'utf8'));
  const seen = new Set();
  const take = (key) => {
    if (seen.has(key)) return;
    seen.add(key);
    for (const other of manifest[key].imports ?? []) take(other);
  };
  for (const key of Object.keys(manifest).filter((name) => manifest[name].isEntry)) take(key);
  return [...seen].reduce((sum, key) => sum + gzipSync(readFileSync(join(web, manifest[key].file))).length, 0);
}
