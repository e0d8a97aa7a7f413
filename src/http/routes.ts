// What stands at which path: every route with its description. The base of 405 answers and of the OpenAPI document.
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';

/** One answer of a route: what it is, and of which media type; without a type it has no body worth describing. */
export type AnswerDoc = { readonly description: string; readonly type?: string; readonly schema?: z.ZodType };

/** What a route is for and what it takes. The schemas are the very ones that parse its requests. */
export type RouteDoc = {
  readonly summary: string;
  readonly tag: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly answers: { readonly [status: number]: AnswerDoc };
  /** True: the API's token is needed. */
  readonly secured?: boolean;
};

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
