// The web application as files: its one page, and what it loads by names that carry their content. Holds no data: the page asks the API
// like anybody else.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type PageStart, startLinks } from './page-start.ts';
import { problem } from './problem.ts';

/**
 * Its own files and its own API, and nothing else: nothing inline, no other site, in no frame. Of code, only the file of the verifying
 * worker may be named by a script (src/web/verify/verifier.ts); images are those of evidence.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  'img-src data: blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types firebreak-verifier',
].join('; ');

/** A worker has the policy that its own file came with: it runs our scripts and can ask nobody, not even the API. */
const filePolicy = "default-src 'none'; script-src 'self'";

const folder = new URL('../web/', import.meta.url);

/** Sends the page, whose files stand `depth` levels above the address that was asked for: a proxy may serve all of it below a path. */
export async function sendApp(
  request: FastifyRequest,
  reply: FastifyReply,
  { depth, start }: { readonly depth: number; readonly start: PageStart },
): Promise<FastifyReply> {
  const built = await readFile(new URL('index.html', folder), 'utf8');
  const up = '../'.repeat(depth) || './';
  const html = built
    .replaceAll('"./assets/', `"${up}assets/`)
    .replace('</head>', `  ${await startLinks(start, up)}\n  </head>`);
  const etag = `"${createHash('sha256').update(html).digest('base64url')}"`;
  reply.headers({ 'content-security-policy': policy, 'cache-control': 'no-cache', etag });
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  return reply.type('text/html; charset=utf-8').send(html);
}

const types: { readonly [ending: string]: string } = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  woff2: 'font/woff2',
  svg: 'image/svg+xml',
};

/** Encodings that the build has made files of, the smaller first. */
const encodings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** Adds the start page and the files. */
export function addPage(app: FastifyInstance): void {
  const page = { tag: 'page', summary: 'The web page', answers: { 200: { description: 'It', type: 'text/html' } } };
  app.get('/', { config: { doc: page } }, (request, reply) =>
    sendApp(request, reply, { depth: 0, start: { source: 'pages/now/now-page.tsx', reads: [] } }),
  );
  // Whoever has the file may look at it: nothing of this Firebreak is in it, and nobody need sign in.
  const bundle = { tag: 'page', summary: 'The web page, to open an exported bundle', answers: page.answers };
  app.get('/bundle', { config: { doc: bundle } }, (request, reply) =>
    sendApp(request, reply, { depth: 0, start: { source: 'pages/bundle/bundle-page.tsx', reads: [] } }),
  );
  const file = {
    tag: 'page',
    summary: 'A script, style or font of the page, by a name that carries its content',
    answers: { 200: { description: 'The file; it never changes', type: 'text/javascript' } },
  };
  app.get<{ Params: { file: string } }>('/assets/:file', { config: { doc: file } }, sendAsset);
}

async function sendAsset(
  request: FastifyRequest<{ Params: { file: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { file } = request.params;
  const ending = /^[\w-]+(?:\.[\w-]+)*\.(\w+)$/.exec(file)?.[1] ?? '';
  const type = types[ending];
  const found = type === undefined ? null : await readAsset(file, String(request.headers['accept-encoding'] ?? ''));
  if (found === null || type === undefined)
    return problem(reply, 404, 'not_found', 'there is no such file of the page; load the page anew');
  const { content, encoding } = found;
  const etag = `"${file}${encoding ?? ''}"`;
  reply.headers({
    'content-security-policy': filePolicy,
    'cache-control': 'public, max-age=31536000, immutable',
    etag,
    vary: 'accept-encoding',
  });
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  if (encoding !== null) reply.header('content-encoding', encoding);
  return reply.type(type).send(content);
}

async function readAsset(file: string, accepted: string) {
  const read = (ending: string) => readFile(new URL(`assets/${file}${ending}`, folder)).catch(() => null);
  for (const [encoding, ending] of encodings) {
    if (!new RegExp(`\\b${encoding}\\b`).test(accepted)) continue;
    const content = await read(ending);
    if (content !== null) return { content, encoding };
  }
  const content = await read('');
  return content && { content, encoding: null };
}
