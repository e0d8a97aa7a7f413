// What the stand-in takes from a manifest, and that the app asks in its own for everything it listens to.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ZodError } from 'zod';
import { readManifest, subscriptionOf } from '../../src/sandbox/manifest.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('the menus offer the shortcuts of the manifest, and its events are delivered', () => {
  const shortcuts = '[{ name: Note it, type: message, callback_id: note, description: x }]';
  const settings = '{ event_subscriptions: { bot_events: [reaction_added, message.groups] } }';
  expect(readManifest(`features: { shortcuts: ${shortcuts} }\nsettings: ${settings}`)).toEqual({
    shortcuts: [{ name: 'Note it', type: 'message', callbackId: 'note' }],
    events: ['reaction_added', 'message.groups'],
  });
  expect(readManifest('features: {}')).toEqual({ shortcuts: [], events: [] });
  expect(() => readManifest('features: { shortcuts: [{ name: x }] }')).toThrow(ZodError);
});

it('messages are subscribed to by where they stand', () => {
  expect(subscriptionOf({ type: 'message', channel_type: 'group' })).toBe('message.groups');
  expect(subscriptionOf({ type: 'message', channel_type: 'channel', subtype: 'message_changed' })).toBe(
    'message.channels',
  );
  expect(subscriptionOf({ type: 'app_home_opened' })).toBe('app_home_opened');
});

it('Firebreak listens to no event and no shortcut that its manifest does not name', () => {
  const { events, shortcuts } = readManifest(readFileSync(join(root, 'deploy/slack-manifest.yaml'), 'utf8'));
  const slack = join(root, 'src/slack');
  const source = readdirSync(slack, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(slack, name), 'utf8'))
    .join('\n');
  const named = (method: string) =>
    [...source.matchAll(new RegExp(`\\bapp\\.${method}(?:<[^(]*>)?\\(\\s*'([a-z_.]+)'`, 'g'))].map(
      ([, name = '']) => name,
    );
  // Messages are one event for Bolt, and several for a manifest.
  const subscribed = new Set(events.map((name) => name.replace(/^message\..*/, 'message')));
  expect(named('event').filter((name) => !subscribed.has(name))).toEqual([]);
  expect(named('shortcut').filter((id) => !shortcuts.some(({ callbackId }) => callbackId === id))).toEqual([]);
});
