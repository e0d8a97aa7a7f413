// The actions. One more is one file and one line here.
import { z } from 'zod';
import type { Action } from '../spi/action.ts';
import { AllowEntry, type Resolve, systemResolve } from './address-guard.ts';
import { assertAction } from './assert.ts';
import { httpRequest } from './http-request.ts';
import { shellRun } from './shell-run.ts';
import { slackMessage } from './slack-message.ts';
import { approval, playbook, wait } from './wait.ts';

/** The `actions:` section of the configuration. What is not allowed there is refused. */
export const ActionSettings = z.strictObject({
  http: z
    .strictObject({
      /** Host names, addresses and CIDR blocks that may be reached though they are not public. */
      allow: z.array(AllowEntry).default([]),
      maxResponseBytes: z.number().int().min(1024).max(10_485_760).default(262_144),
    })
    .prefault({}),
  shell: z
    .strictObject({
      /** Beginnings of allowed commands: `[["/usr/bin/systemctl", "restart"]]`. */
      allow: z.array(z.array(z.string().min(1)).min(1)).default([]),
      cwd: z.string().default('.'),
      env: z.record(z.string(), z.string()).default({}),
      maxOutputBytes: z.number().int().min(1024).max(1_048_576).default(65_536),
    })
    .prefault({}),
});
export type ActionSettings = z.output<typeof ActionSettings>;

/** All actions by name. */
export function createActions(settings: ActionSettings, resolve: Resolve = systemResolve): ReadonlyMap<string, Action> {
  const actions = [
    httpRequest({ ...settings.http, resolve }),
    shellRun(settings.shell),
    slackMessage,
    assertAction,
    wait,
    approval,
    playbook,
  ];
  return new Map(actions.map((action) => [action.name, action]));
}
