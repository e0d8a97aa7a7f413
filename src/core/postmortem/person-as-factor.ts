// Whether a factor blames a person. People act as what they see and have lets them: that is what a factor says. Pure.

/** Words that blame people without a name. */
const blame =
  /\b(?:(?:human|operator|user|engineer|personal)(?:'s|’s)? (?:error|mistake|fault|failure)|(?:somebody|someone|the (?:operator|engineer|developer|responder|on-?call)) (?:forgot|failed|messed|should have|did not|didn['’]t)|careless(?:ness)?|negligen(?:ce|t)|lack of (?:discipline|attention|care))\b/i;

/** A mention of Slack, with or without its brackets. */
const mention = /<@[UW][A-Z0-9]+(?:\|[^>]*)?>|(?<![\w@])@[\p{L}][\p{L}\p{N}._-]+/u;

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const capital = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** A name as people write it: as it is given, with a capital, and its first word alone. Shorter than three characters tells nothing. */
function formsOf(name: string): readonly string[] {
  const [first = ''] = name.trim().split(/\s+/);
  return [...new Set([name.trim(), capital(name.trim()), first, capital(first)])].filter((form) => form.length >= 3);
}

/**
 * What of a text points at a person; null: nothing. A name is found as it is written, for many names are words too.
 * @param names of people who may have had to do with it
 */
export function personIn(text: string, names: readonly string[]): string | null {
  const blamed = blame.exec(text)?.[0] ?? mention.exec(text)?.[0];
  if (blamed !== undefined) return blamed;
  const forms = names.flatMap(formsOf);
  return (
    forms.find((form) => new RegExp(`(?<![\\p{L}\\p{N}_-])${escaped(form)}(?![\\p{L}\\p{N}_-])`, 'u').test(text)) ??
    null
  );
}

/** What is said to whoever names a person as a factor. */
export const personRefusal = (found: string): string =>
  `names a person (“${found}”), and a person is never the cause of an incident: whoever was there acted on what the systems showed and allowed. Write what made it possible or likely instead: a signal that was missing, a tool, a limit, a procedure`;
