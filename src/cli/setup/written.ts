// What `firebreak init` writes: firebreak.yaml and the environment beside it. Pure; writes nothing.
import { stringify } from 'yaml';
import type { Answers } from './answers.ts';

/** firebreak.yaml for these answers, with a comment where something is left to decide. */
export function configurationText({ slack, command, approvers, announce }: Answers): string {
  const who = approvers === null ? {} : approvers.startsWith('S') ? { groups: [approvers] } : { users: [approvers] };
  const has = approvers !== null;
  const section = (value: object) => stringify(value, { lineWidth: 120 }).trimEnd();
  return [
    '# docs/operations.md says what there is. Secrets do not stand here: { env: NAME } or { file: PATH } says where they are.',
    section({
      integrations: {
        alertmanager: { source: 'alertmanager', auth: { type: 'bearer', token: { env: 'ALERTMANAGER_TOKEN' } } },
      },
    }),
    ...(has
      ? [
          '# "@sre" in a playbook and below. A second role for escalations is worth having.',
          section({ roles: { sre: who } }),
        ]
      : [
          '# Who "@sre" in a playbook is; `npx firebreak slack ids` finds the ids of groups and people.',
          '# roles: { sre: { groups: [S012ABCDEF] } }',
        ]),
    '# Who may start, order and halt; everybody may look and respond. `npx firebreak doctor` says what nobody can do.',
    has
      ? section({ access: { start: ['@sre'], order: ['@sre'], operate: ['@sre'] } })
      : '# access: { start: ["@sre"], order: ["@sre"], operate: ["@sre"] }',
    ...(slack === 'none' ? [] : slackLines(section, { command, has, announce })),
    '# Commands and hosts that playbooks may run and reach; nothing else is.',
    section({ actions: { shell: { allow: [] }, http: { allow: [] } } }),
    '',
  ].join('\n');
}

function slackLines(
  section: (value: object) => string,
  { command, has, announce }: { readonly command: string; readonly has: boolean; readonly announce: string | null },
): readonly string[] {
  const settings = {
    ...(command === '/firebreak' ? {} : { command }),
    invite: has ? ['@sre'] : [],
    ...(announce === null ? {} : { announce }),
  };
  return [
    has
      ? '# Invited to the channel of every incident.'
      : '# Nobody is invited yet: the channel of an incident is empty until somebody stands here.',
    section({ slack: settings }),
    '# An incident whose own channel cannot be made is told there: put the id of a channel that people read.',
    '#  fallbackChannel: C012ABCDEF',
  ];
}

/**
 * The environment for these answers, for `node --env-file` and systemd's `EnvironmentFile`.
 * @param token for Alertmanager; new and random
 */
export function environmentText({ slack, publicUrl }: Answers, token: string): string {
  return [
    '# Secrets: keep this file to yourself. `node --env-file firebreak.env dist/cli.js serve` reads it.',
    ...(publicUrl === null ? [] : [`FIREBREAK_PUBLIC_URL=${publicUrl}`]),
    `ALERTMANAGER_TOKEN=${token}`,
    ...(slack === 'none'
      ? []
      : ['# From the pages "Install App" and "Basic Information" of the app:', 'SLACK_BOT_TOKEN=xoxb-the-bot-token']),
    ...(slack === 'http' ? ['SLACK_SIGNING_SECRET='] : []),
    ...(slack === 'socket' ? ['SLACK_APP_TOKEN=xapp-the-app-level-token'] : []),
    '',
  ].join('\n');
}
