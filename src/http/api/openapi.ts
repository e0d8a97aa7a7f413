// GET /api/openapi.json: the description of every route, made of the schemas that parse requests and type answers. Describes, checks nothing.

import type { FastifyInstance, onRequestAsyncHookHandler } from 'fastify';
import { z } from 'zod';
import { components } from '../../contract/components.ts';
import { problemType } from '../../contract/problem.ts';

import type { AnswerDoc, KnownRoute, RouteDoc } from '../routes.ts';

type Schema = { readonly [key: string]: unknown };

/** Adds the route. It describes whatever stands in `routes` when it is asked. */
export function addDescription(
  app: FastifyInstance,
  routes: readonly KnownRoute[],
  onRequest: onRequestAsyncHookHandler[],
): void {
  const doc: RouteDoc = {
    tag: 'about',
    summary: 'This description',
    answers: { 200: { description: 'OpenAPI 3.1', type: 'application/json' } },
  };
  app.get('/api/openapi.json', { onRequest, config: { doc } }, async () => describeRoutes(routes));
}

/** The OpenAPI 3.1 document. */
function describeRoutes(routes: readonly KnownRoute[]): Schema {
  const described = routes.filter(({ method, doc }) => doc !== null && method !== 'HEAD');
  const { schemas, schemaOf } = answerSchemas(described.flatMap(({ doc }) => Object.values(doc?.answers ?? {})));
  const paths: Record<string, Record<string, Schema>> = {};
  for (const { method, path, doc } of described) {
    if (doc === null) continue;
    const template = path.replace(/:([A-Za-z]+)/g, '{$1}');
    paths[template] = { ...paths[template], [method.toLowerCase()]: operation(method, template, doc, schemaOf) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Firebreak',
      version: '1',
      description: 'Alerts in, bounded and approved action out, and a record that nobody can quietly change.',
    },
    paths,
    components: {
      schemas,
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'A service token; where FIREBREAK_API_TOKEN is not set, programs on the same machine need none',
        },
      },
    },
  };
}

const refTo = (name: string) => `#/components/schemas/${name}`;

/** The schemas with a name, and a way to those of answers: by name, or written out where they have none. */
function answerSchemas(answers: readonly AnswerDoc[]) {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(components)) registry.add(schema, { id });
  for (const [i, { schema }] of answers.entries())
    if (schema && !registry.has(schema)) registry.add(schema, { id: `answer ${i}` });
  // As input: an answer may gain members, so the description must not rule them out.
  const { schemas } = z.toJSONSchema(registry, { uri: refTo, io: 'input' });
  const bare = ({ $schema: _schema, $id: _id, ...rest }: Schema): Schema => rest;
  const named = Object.keys(components).map((name) => [name, bare(schemas[name] ?? {})]);
  return {
    schemas: Object.fromEntries(named) as Schema,
    schemaOf(schema: z.ZodType): Schema {
      const id = registry.get(schema)?.id ?? '';
      return Object.hasOwn(components, id) ? { $ref: refTo(id) } : bare(schemas[id] ?? {});
    },
  };
}

type SchemaOf = (schema: z.ZodType) => Schema;

function operation(method: string, template: string, doc: RouteDoc, schemaOf: SchemaOf): Schema {
  const words = [method.toLowerCase(), ...template.split(/[^A-Za-z0-9]+/).filter(Boolean)];
  const answers = Object.entries(doc.answers).map(([status, answer]) => [status, answerOf(answer, schemaOf)]);
  const problemContent = { [problemType]: { schema: { $ref: refTo('Problem') } } };
  const body = doc.body && { requestBody: { content: { 'application/json': { schema: asked(doc.body) } } } };
  return {
    operationId: words.map((word, i) => (i === 0 ? word : word[0]?.toUpperCase() + word.slice(1))).join(''),
    summary: doc.summary,
    tags: [doc.tag],
    ...(doc.right !== undefined && { security: [{ token: [] }] }),
    ...(doc.right && { 'x-right': doc.right }),
    parameters: [
      ...parameters('path', doc.params, template),
      ...parameters('query', doc.query, template),
      ...parameters('header', doc.headers, template),
    ],
    ...body,
    responses: {
      ...Object.fromEntries(answers),
      default: { description: 'A refusal or an error', content: problemContent },
    },
  };
}

function answerOf({ description, type, schema, files = [] }: AnswerDoc, schemaOf: SchemaOf): Schema {
  if (type === undefined) return { description };
  const file = { schema: { type: 'string' } };
  const others = Object.fromEntries(files.map((other) => [other, file]));
  return { description, content: { [type]: { schema: schema ? schemaOf(schema) : {} }, ...others } };
}

function parameters(where: 'path' | 'query' | 'header', schema: z.ZodObject | undefined, template: string): Schema[] {
  const { properties = {}, required = [] } = schema ? (asked(schema) as ObjectSchema) : {};
  const given = Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property;
    const needed = where === 'path' || required.includes(name);
    return { name, in: where, required: needed, ...(description ? { description } : {}), schema: rest };
  });
  if (where !== 'path' || schema) return given;
  // A path's own names are parameters also where nothing more is said about them.
  return [...template.matchAll(/\{([A-Za-z]+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

type ObjectSchema = {
  readonly properties?: { readonly [name: string]: Schema & { readonly description?: string } };
  readonly required?: readonly string[];
};

/** The JSON Schema (2020-12, as OpenAPI 3.1 has it) of what a sender may send. */
function asked(schema: z.ZodType): Schema {
  const { $schema: _schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}
