// GET /: the web page for people, with its one script and style sheet. Holds no data: the page asks the API like anybody else.
import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';

const assets = [
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/page.js', 'page.js', 'text/javascript; charset=utf-8'],
  ['/page.css', 'page.css', 'text/css; charset=utf-8'],
] as const;

/** Its own files and its own API, and nothing else: nothing inline, no other site, in no frame. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** How a browser is told to keep to that. */
export const pageHeaders = { 'content-security-policy': policy, 'cache-control': 'no-cache' };

/** Adds the routes. */
export function addPage(app: FastifyInstance): void {
  for (const [path, file, type] of assets) {
    const doc = { tag: 'page', summary: `The web page: ${file}`, answers: { 200: { description: 'It', type } } };
    app.get(path, { config: { doc } }, async (_request, reply) =>
      reply
        .headers(pageHeaders)
        .type(type)
        .send(await readFile(new URL(`../web/${file}`, import.meta.url))),
    );
  }
}
