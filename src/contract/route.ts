// What a route of the API is: its words, the schemas of what it takes and gives, the right it needs. Types only.
import type { z } from 'zod';
import type { NeededRight } from '../core/authority/right.ts';

/** One good answer of a route; refusals are problems everywhere. */
type AnswerContract = {
  readonly description: string;
  /** Its JSON; of a stream, the data of one event. */
  readonly schema: z.ZodType;
  /** `stream`: server-sent events. Absent: JSON. */
  readonly as?: 'stream';
  /** Media types of the files it gives instead where the request asks for one. */
  readonly files?: readonly string[];
};

/** A route; requests are parsed by its schemas. */
export type RouteContract = {
  readonly tag: string;
  readonly summary: string;
  /** What whoever asks must hold; `approve` is said by each approval's own rule, `attend` by that or by `order`. null: nothing besides a proof of who asks. */
  readonly right: Exclude<NeededRight, 'deliver'> | null;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
  /** By status; all of them 2xx. */
  readonly answers: { readonly [status: number]: AnswerContract };
};

/** Routes by method and path, such as `GET /incidents/:id`; paths are those below `/api/v1`. */
export type RouteTable = {
  readonly [name: `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`]: RouteContract;
};

type Schema<R, P extends string> = R extends { readonly [K in P]: infer S extends z.ZodType } ? S : never;

/** A part of a request once it is parsed; nothing where the route takes no such part. */
export type Parsed<R, P extends 'params' | 'query' | 'headers' | 'body'> = [Schema<R, P>] extends [never]
  ? { readonly [name: string]: never }
  : z.output<Schema<R, P>>;

/** A request as its sender writes it: the parts that the route takes, optional where nothing in them is needed. */
export type Sent<R> = {
  readonly [P in 'params' | 'body' as [Schema<R, P>] extends [never] ? never : P]: z.input<Schema<R, P>>;
} & {
  readonly [P in 'query' as [Schema<R, P>] extends [never] ? never : P]?: z.input<Schema<R, P>>;
};

/** The JSON of a route's good answers. */
export type RouteAnswer<R extends RouteContract> = z.output<R['answers'][keyof R['answers'] & number]['schema']>;
