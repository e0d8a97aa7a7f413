// What every message and view for Slack must be: within its limits, never blank, no mention but ours, all code closed, no secret.
import { expect } from 'vitest';
import { createRedactor } from '../../../src/core/redact.ts';
import { checkBlocks } from '../../../src/sandbox/blocks/check.ts';
import type { MessageContent } from '../../../src/slack/text.ts';
import { secret } from './slack-states.ts';

/** Masks the secret of the hostile texts. */
export const redact = createRedactor([{ name: 'known', value: secret }]);

type Found = { readonly path: string; readonly type: string; readonly text: string };
/** Every text object of a view. */
export function textsOf(value: unknown, path = ''): Found[] {
  if (value === null || typeof value !== 'object') return [];
  const { type, text } = value as { type?: unknown; text?: unknown };
  const own = typeof text === 'string' ? [{ path, type: String(type), text }] : [];
  return [...own, ...Object.entries(value).flatMap(([key, member]) => textsOf(member, `${path}/${key}`))];
}

/** Slack's limits are the sandbox's to check; nothing may be blank, which Slack would show as nothing. */
export function expectNotBlank(blocks: readonly object[]): void {
  for (const { path, text } of textsOf(blocks)) expect(text.trim(), path).not.toBe('');
}

const ours = [
  ...[
    /^<@U0(ANA|BEN|MANY\d+)>$/,
    /^<!subteam\^S0SRE>$/,
    /^<#C0INC>$/,
    /^<!date\^\d+\^\{date_short_pretty\} \{time\}\|[\d :-]+ UTC>$/,
  ],
  /^<https:\/\/firebreak\.test\/incidents\/\d+\|Open #\d+>$/,
  /^<https:\/\/firebreak\.test\/playbooks\/[\w-]+\?tab=stages\|Compare the versions>$/,
  /^<#C0INC>$/,
];
/** What nobody can see. */
export const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;

/** Nothing between angle brackets but what Firebreak itself has written. */
export function expectInert(text: string): void {
  for (const [mark] of text.matchAll(/<[^<>]*>?/g))
    expect(
      ours.some((own) => own.test(mark)),
      mark.slice(0, 80),
    ).toBe(true);
  expect(text.replace(/<[^<>]*>/g, '')).not.toMatch(/[<>]/);
  expect(text).not.toMatch(unseen);
  expect(text.isWellFormed()).toBe(true);
  // An odd number of fences would turn what follows into code, or code into text.
  const parts = text.split('```');
  expect(parts.length % 2).toBe(1);
  const outside = parts.filter((_, i) => i % 2 === 0).flatMap((part) => part.split('\n'));
  for (const line of outside) expect((line.match(/`/g) ?? []).length % 2, line.slice(0, 80)).toBe(0);
}

/** A message that Slack takes as it is meant, and that tells no secret. */
export function expectSound({ text, blocks }: MessageContent): void {
  expect(text.trim()).not.toBe('');
  expect(text.length).toBeLessThanOrEqual(4000);
  expect(checkBlocks(blocks)).toEqual([]);
  expectNotBlank(blocks);
  for (const shown of [
    text,
    ...textsOf(blocks)
      .filter(({ type }) => type === 'mrkdwn')
      .map((found) => found.text),
  ])
    expectInert(shown);
  expect(JSON.stringify({ text, blocks })).not.toContain(secret);
}
