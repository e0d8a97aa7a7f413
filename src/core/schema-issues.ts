// What a schema found wrong, each at its own place: where one of several forms is wanted, what is wrong with the form that was meant. Pure.
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** The issues of a schema; none of them speaks of several forms at once where it can be told which one was meant. */
export const issuesOf = (error: Pick<z.ZodError, 'issues'> | undefined): readonly Issue[] =>
  (error?.issues ?? []).flatMap(inForm);

/** A form is meant where what is given is of its type: only what is within is wrong then. */
function inForm(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const meant = issue.errors.filter((form) => form.every(({ code, path }) => path.length > 0 || !isOtherType(code)));
  const [form] = meant;
  if (form === undefined || meant.length > 1) return [issue];
  return form.flatMap((one) => inForm({ ...one, path: [...issue.path, ...one.path] }));
}

const isOtherType = (code: Issue['code']): boolean => code === 'invalid_type' || code === 'invalid_value';
