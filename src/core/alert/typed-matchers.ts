// Matchers as people type them: what stands behind the operator is the value, whatever is in it.
import { ok, type Result } from '../result.ts';
import { matcherText, parseMatchers } from './matcher.ts';

/** Reads one word such as `env=~prod|stage`, or matchers in their own form; the error says what is wrong. */
export function typedMatchers(text: string): Result<readonly string[], string> {
  const bare = /^([a-zA-Z_][\w.:-]*)(=~|!~|!=|=)([^"].*)$/s.exec(text);
  const parsed = parseMatchers(bare ? `${bare[1]}${bare[2]}${JSON.stringify(bare[3])}` : text);
  return parsed.ok ? ok(parsed.value.map(matcherText)) : parsed;
}
