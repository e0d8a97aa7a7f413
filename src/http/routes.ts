// What stands at which path: every route with its description. The base of 405 answers and of the OpenAPI document.
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { RouteContract } from '../contract/route.ts';

/** One answer of a route: what it is, and of which media types; without a type it has no body worth describing. */
export type AnswerDoc = {
  readonly description: string;
  readonly type?: string;
  readonly schema?: z.ZodType;
  /** Media types of the files that it gives where one is asked for. */
  readonly files?: readonly string[];
};

/** What a route is for and what it takes. The schemas are the very ones that parse its requests. */
export type RouteDoc = {
  readonly summary: string;
  readonly tag: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly answers: { readonly [status: number]: AnswerDoc };
  /** What whoever asks must hold; null: only a proof of who asks; absent: not even that, anybody may ask. */
  readonly right?: RouteContract['right'];
};

/** The description of a route of the API. */
export function docOf({ answers, ...contract }: RouteContract): RouteDoc {
  const answerDocs = Object.entries(answers).map(([status, { description, schema, as, files = [] }]) => [
    status,
    { description, schema, files, type: as === 'stream' ? 'text/event-stream' : 'application/json' },
  ]);
  return { ...contract, answers: Object.fromEntries(answerDocs) };
}

declare module 'fastify' {
  interface FastifyContextConfig {
    doc?: RouteDoc;
  }
}

/** A registered route; `path` in the router's form, such as `/runs/:id`. */
export type KnownRoute = { readonly method: string; readonly path: string; readonly doc: RouteDoc | null };

/** Keeps a list of the routes that are added to `app` from now on. */
export function watchRoutes(app: FastifyInstance): readonly KnownRoute[] {
  const routes: KnownRoute[] = [];
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const name of [method].flat()) routes.push({ method: name, path: url, doc: config?.doc ?? null });
  });
  return routes;
}

/** The methods that the routes at a path take; empty if there is nothing at that path. */
export function methodsAt(routes: readonly KnownRoute[], path: string): readonly string[] {
  const here = routes.filter((route) => patternOf(route.path).test(path));
  return [...new Set(here.map(({ method }) => method))].sort();
}

const patterns = new Map<string, RegExp>();
function patternOf(path: string): RegExp {
  const known = patterns.get(path);
  if (known) return known;
  const literal = path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(`^${literal.replace(/:[A-Za-z]+/g, '[^/]+')}$`);
  patterns.set(path, pattern);
  return pattern;
}
