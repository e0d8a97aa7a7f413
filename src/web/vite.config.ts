// Builds the web application into dist/web: one page, a chunk of script for each page of it, styles and fonts, all named by their content;
// nothing inline, because the page's policy runs nothing inline.
import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig, type Plugin } from 'vite';

/** Gives the core what it takes from the machine, in a browser: its one file of that is replaced, and nothing else of it. */
const portableCore = (): Plugin => {
  const nodes = fileURLToPath(new URL('../core/primitives.ts', import.meta.url));
  const browsers = fileURLToPath(new URL('./verify/worker/primitives.ts', import.meta.url));
  return {
    name: 'portable-core',
    enforce: 'pre',
    async resolveId(source, importer) {
      if (!source.endsWith('/primitives.ts')) return null;
      const found = await this.resolve(source, importer, { skipSelf: true });
      return found?.id === nodes ? browsers : found;
    },
  };
};

/** Our own parts, and the libraries that have one file for each of their parts. */
const sharedByPages = /\/src\/web\/(?:kit|data|model|pages)\/|\/node_modules\/(?:lucide-react|@tanstack)\//;

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Relative, because a proxy may serve it below a path; the server says how far up that is from a deep link.
  base: './',
  plugins: [tailwindcss()],
  worker: { format: 'es', plugins: () => [portableCore()] },
  build: {
    outDir: fileURLToPath(new URL('../../dist/web', import.meta.url)),
    emptyOutDir: true,
    manifest: true,
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox128', 'safari17.5'],
    assetsInlineLimit: 0,
    // What loads at first is held to its size, gzipped, by test/contract/web-size.test.ts.
    chunkSizeWarningLimit: 800,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // What pages share comes with the first of them: in a file of its own each small part costs a request, and a page waits for thirty.
      output: { codeSplitting: { groups: [{ name: 'shared', test: sharedByPages, minShareCount: 2 }] } },
      // 'use client' of libraries means something to servers that draw React; this is none.
      onLog: (level, log, say) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && say(level, log),
    },
  },
});
