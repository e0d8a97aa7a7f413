// GET /api/openapi.json: the description of every route, made of the schemas that parse the requests. Describes, checks nothing.
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { problemType } from '../problem.ts';
import type { AnswerDoc, KnownRoute, RouteDoc } from '../routes.ts';

type Schema = { readonly [key: string]: unknown };

const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string().describe('Stable; programs tell errors apart by it'),
  detail: z.string().describe('What is wrong and what would be right'),
  faults: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  receipt: z.string().optional().describe('Under which a delivery that cannot be used is kept'),
});

/** Adds the route. It describes whatever stands in `routes` when it is asked. */
export function addDescription(app: FastifyInstance, routes: readonly KnownRoute[]): void {
  const doc: RouteDoc = {
    tag: 'about',
    summary: 'This description',
    answers: { 200: { description: 'OpenAPI 3.1', type: 'application/json' } },
  };
  app.get('/api/openapi.json', { config: { doc } }, async () => describeRoutes(routes));
}

/** The OpenAPI 3.1 document. */
function describeRoutes(routes: readonly KnownRoute[]): Schema {
  const paths: Record<string, Record<string, Schema>> = {};
  for (const { method, path, doc } of routes) {
    if (doc === null || method === 'HEAD') continue;
    const template = path.replace(/:([A-Za-z]+)/g, '{$1}');
    paths[template] = { ...paths[template], [method.toLowerCase()]: operation(method, template, doc) };
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
      schemas: { Problem: schemaOf(Problem) },
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'FIREBREAK_API_TOKEN; without one only this machine may use the API',
        },
      },
    },
  };
}

function operation(method: string, template: string, doc: RouteDoc): Schema {
  const words = [method.toLowerCase(), ...template.split(/[^A-Za-z0-9]+/).filter(Boolean)];
  const answers = Object.entries(doc.answers).map(([status, answer]) => [status, answerOf(answer)]);
  const problemContent = { [problemType]: { schema: { $ref: '#/components/schemas/Problem' } } };
  return {
    operationId: words.map((word, i) => (i === 0 ? word : word[0]?.toUpperCase() + word.slice(1))).join(''),
    summary: doc.summary,
    tags: [doc.tag],
    ...(doc.secured ? { security: [{ token: [] }] } : {}),
    parameters: [
      ...parameters('path', doc.params, template),
      ...parameters('query', doc.query, template),
      ...parameters('header', doc.headers, template),
    ],
    ...(doc.body ? { requestBody: { content: { 'application/json': { schema: schemaOf(doc.body) } } } } : {}),
    responses: {
      ...Object.fromEntries(answers),
      default: { description: 'A refusal or an error', content: problemContent },
    },
  };
}

function answerOf({ description, type, schema }: AnswerDoc): Schema {
  return type === undefined
    ? { description }
    : { description, content: { [type]: { schema: schema ? schemaOf(schema) : {} } } };
}

function parameters(where: 'path' | 'query' | 'header', schema: z.ZodObject | undefined, template: string): Schema[] {
  const { properties = {}, required = [] } = schema ? (schemaOf(schema) as ObjectSchema) : {};
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
function schemaOf(schema: z.ZodType): Schema {
  const { $schema: _schema, $defs: _defs, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  // The one recursive schema is that of any JSON, for which JSON Schema has the empty schema.
  return JSON.parse(JSON.stringify(rest), (_key, value) => (typeof value?.$ref === 'string' ? {} : value));
}
