// Small pages that the server writes itself: no script, one style, which the policy names by its digest, nothing from elsewhere.
import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { escapeHtml } from '../core/postmortem/html.ts';

/** Any text as it may stand in a page. */
export const textOf = escapeHtml;

const style = `:root{color-scheme:light dark;--ink:#1b2026;--dim:#5b6672;--line:#8a96a3;--paper:#fff;--go:#1f5fbf}
@media(prefers-color-scheme:dark){:root{--ink:#e3e8ee;--dim:#97a3b0;--line:#66717e;--paper:#14181d;--go:#7fb0ff}}
*{box-sizing:border-box}body{font:16px/1.55 system-ui,sans-serif;max-width:34rem;margin:0 auto;padding:12vh 1.25rem 4rem;color:var(--ink);background:var(--paper)}
h1{font-size:1.4rem;line-height:1.25;margin:0 0 1rem}p{overflow-wrap:anywhere}.meta{color:var(--dim)}a{color:var(--go)}ul{list-style:none;padding:0}li{margin:.75rem 0}
.go,button{display:inline-block;font:inherit;padding:.6rem 1.1rem;border:1px solid var(--line);border-radius:8px;color:var(--ink);background:none;text-decoration:none;cursor:pointer}
.go:focus-visible,button:focus-visible,a:focus-visible{outline:3px solid var(--go);outline-offset:2px}code{font:14px ui-monospace,monospace}`;

/** How a policy names a style that stands in a page. */
const styleDigest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const policy = `default-src 'none'; style-src ${styleDigest(style)}; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;

/** A page. `body` is HTML: whatever comes from elsewhere goes through `textOf` first. */
export function sendPage(
  reply: FastifyReply,
  status: number,
  { title, body }: { readonly title: string; readonly body: string },
): FastifyReply {
  return reply
    .code(status)
    .headers({ 'content-security-policy': policy, 'cache-control': 'no-store' })
    .type('text/html; charset=utf-8')
    .send(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${textOf(title)} · Firebreak</title><link rel="icon" href="data:,"><style>${style}</style></head>
<body><main><h1>${textOf(title)}</h1>
${body}
</main></body></html>
`);
}
