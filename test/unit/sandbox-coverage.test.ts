// The stand-in knows every Web API method that Firebreak calls, and the app's manifest asks for the scopes they need.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { methods } from '../../src/sandbox/web-api/methods.ts';
import { events, shortcuts } from '../../src/slack/inbound/surfaces.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const slack = join(root, 'src/slack');

/** The client's own composites, by the methods they call. */
const composites: { readonly [name: string]: readonly string[] } = {
  filesUploadV2: ['files.getUploadURLExternal', 'files.completeUploadExternal'],
};

const called = [
  ...new Set(
    readdirSync(slack, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => [...readFileSync(join(slack, name), 'utf8').matchAll(/\bclient\s*\.([a-zA-Z.]+)\(/g)])
      .flatMap(([, name = '']) => composites[name] ?? [name]),
  ),
];

const { oauth_config, settings, features } = z
  .object({
    oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
    settings: z.object({ event_subscriptions: z.object({ bot_events: z.array(z.string()) }) }),
    features: z.object({ shortcuts: z.array(z.object({ type: z.string(), callback_id: z.string() })) }),
  })
  .parse(parse(readFileSync(join(root, 'deploy/slack-manifest.yaml'), 'utf8')));

describe('the manifest', () => {
  it('asks to hear every event that Firebreak does something about, and no other', () => {
    const heard = settings.event_subscriptions.bot_events.map((name) => name.split('.')[0] ?? '');
    expect([...new Set(heard)].toSorted()).toEqual([...events.keys()].toSorted());
  });

  it('offers every shortcut', () => {
    expect(features.shortcuts.map(({ callback_id }) => callback_id).toSorted()).toEqual(
      [...shortcuts.keys()].toSorted(),
    );
  });
});

describe('every method that Firebreak calls', () => {
  it('is found in its source', () => {
    expect(called).toEqual(expect.arrayContaining(['chat.postMessage', 'views.open', 'conversations.create']));
  });

  for (const name of called)
    it(`${name}: is there, and the manifest asks for a scope that allows it`, () => {
      const method = methods.get(name);
      expect(method).toBeDefined();
      const scopes = method?.scopes ?? [];
      expect(scopes.length === 0 || scopes.some((scope) => oauth_config.scopes.bot.includes(scope))).toBe(true);
    });
});
