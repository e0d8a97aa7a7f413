// The secrets among the settings of the environment: which they are, and what is too short to be one. Reads no environment itself.
import { type KnownSecret, minSecretChars } from '../core/secret/known-secrets.ts';
import { tooShort } from './secrets.ts';

/** Settings whose values are secrets: whoever looks at a Firebreak from another terminal often has none of them. */
const secretSettings = [
  'FIREBREAK_API_TOKEN',
  'FIREBREAK_SIGNING_KEY',
  'FIREBREAK_TOKEN',
  'SLACK_BOT_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLACK_APP_TOKEN',
] as const;
const urls = ['DATABASE_URL', 'DATABASE_ADMIN_URL', 'REDIS_URL'] as const;

type Settings = { readonly [N in (typeof secretSettings)[number] | (typeof urls)[number]]?: string | undefined };

/** Whether the value of a setting is a secret. */
export const isSecretSetting = (name: string): boolean => secretSettings.some((one) => one === name);

/** The password in a URL; empty if there is none, null if it cannot be decoded. */
export function passwordOf(text: string): string | null {
  try {
    return decodeURIComponent(new URL(text).password);
  } catch {
    return null;
  }
}

/** The same, if it is any secret; null: one that is the user's or the database's name stands in ordinary text everywhere. */
export function secretPassword(text: string): string | null {
  const password = passwordOf(text);
  if (!password) return null;
  const { username, pathname } = new URL(text);
  return [username, pathname.slice(1)].includes(password) ? null : password;
}

/** The secrets among the settings, and the passwords in their URLs. No step is ever given one. */
export function ownSecrets(set: Settings): readonly KnownSecret[] {
  const own = (name: string, value: string | null | undefined): readonly KnownSecret[] =>
    value ? [{ name: `setting.${name}`, value }] : [];
  return [
    ...secretSettings.flatMap((name) => own(name, set[name])),
    ...urls.flatMap((name) => own(name, secretPassword(set[name] ?? ''))),
  ];
}

/** What is wrong with those that are too short, a line each. */
export const shortSecrets = (set: Settings): readonly string[] =>
  ownSecrets(set).flatMap(({ name, value }) => {
    const setting = name.replace(/^setting\./, '');
    const what = setting.endsWith('_URL') ? 'its password ' : '';
    return value.length < minSecretChars ? [`${setting}: ${what}${tooShort}`] : [];
  });
