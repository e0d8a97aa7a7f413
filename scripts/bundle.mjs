// Joins the compiled program into few files: a process that loads a thousand small ones needs a second for that alone. The small ones stay,
// for whatever imports a part of it. Libraries are left where they are.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

/** Writes `dist/bundle`, and lets `dist/cli.js` and `dist/main.js` lead there. Both must have been compiled just now. */
export async function bundle(root) {
  const dist = join(root, 'dist');
  const entries = ['cli', 'main'];
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: true,
      target: 'node20',
      outDir: join(dist, 'bundle'),
      emptyOutDir: true,
      copyPublicDir: false,
      // Somebody must be able to read a trace.
      minify: false,
      rollupOptions: {
        input: Object.fromEntries(entries.map((name) => [name, join(dist, `${name}.js`)])),
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
  for (const name of entries)
    writeFileSync(join(dist, `${name}.js`), `#!/usr/bin/env node\nimport './bundle/${name}.js';\n`);
}
