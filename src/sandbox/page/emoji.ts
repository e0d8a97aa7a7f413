// The few emoji that people of the sandbox react with, and that messages name. A name that is not here stays as it is written.

const known: { readonly [name: string]: string } = {
  '+1': '👍',
  eyes: '👀',
  white_check_mark: '✅',
  pushpin: '📌',
  memo: '📝',
  rotating_light: '🚨',
  fire: '🔥',
  x: '❌',
  warning: '⚠️',
  hourglass: '⏳',
  lock: '🔒',
  books: '📚',
  bar_chart: '📊',
  link: '🔗',
  bulb: '💡',
  bell: '🔔',
  tada: '🎉',
};

/** What is offered to react with. */
export const offered: readonly string[] = ['eyes', '+1', 'white_check_mark', 'pushpin', 'memo', 'rotating_light'];

/** The emoji of a name, with or without colons; the name in colons if it is not known. */
export function emoji(name: string): string {
  const bare = name.replace(/^:|:$/g, '');
  return known[bare] ?? `:${bare}:`;
}
