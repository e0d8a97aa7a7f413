// Builds the web application into dist/web: one page, a chunk of script for each page of it, styles and fonts, all named by their content;
// nothing inline, because the page's policy runs nothing inline.
import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Relative, because a proxy may serve it below a path; the server says how far up that is from a deep link.
  base: './',
  plugins: [tailwindcss()],
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
      // 'use client' of libraries means something to servers that draw React; this is none.
      onLog: (level, log, say) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && say(level, log),
    },
  },
});
