// How a command that did not do what it was asked says why: for a person, and for a program. Ends nothing itself.
import { ApiProblem } from '../../client/api-error.ts';
import { NoDatabaseError } from '../../store/embedded/visitor.ts';
import { SigningKeyError } from '../../store/ledger/signing-key.ts';
import { SchemaMismatchError } from '../../store/postgres/schema-mismatch.ts';
import { CliError } from './output.ts';

/** Why a command failed. `code` is stable; `right`: the one that is missing. */
export type Failure = { readonly code: string; readonly message: string; readonly right?: string };

/** What is to be said of an error. A fault of the program itself is worth its whole trace; the rest says what to do. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ApiProblem) {
    const { right } = error.problem;
    return { code: error.code, message: error.message, ...(right !== undefined && { right }) };
  }
  if (error instanceof CliError) return { code: error.code, message: error.message };
  if (error instanceof NoDatabaseError) return { code: 'no_database', message: error.message };
  if (error instanceof SchemaMismatchError) return { code: 'schema', message: error.message };
  if (error instanceof SigningKeyError) return { code: 'key', message: error.message };
  const isBug = (error instanceof TypeError || error instanceof ReferenceError) && !('code' in error);
  return { code: 'failed', message: isBug ? (error.stack ?? error.message) : messageOf(error) };
}

/** What an error says; those of several addresses say it in their parts. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '')
    return [...new Set(error.errors.map(messageOf))].join('; ');
  return error instanceof Error ? error.message : String(error);
}
