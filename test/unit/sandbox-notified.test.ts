// Whom a message of the stand-in notifies: decided when it is posted, from what it shows and who is in the channel then.
import { describe, expect, it } from 'vitest';
import type { NewMessage } from '../../src/sandbox/entities.ts';
import { seedGroups, seedUsers } from '../../src/sandbox/seed.ts';
import { createWorkspace } from '../../src/sandbox/workspace.ts';

const [ana, ben, mallory] = ['U0ANA', 'U0BEN', 'U0MALLORY'];

function given() {
  let now = 1_700_000_000_000;
  const workspace = createWorkspace(() => (now += 1000), seedUsers, seedGroups);
  const bot = workspace.bot.userId;
  /** A channel with the bot, Ana and Ben in it. */
  const channel = workspace.createChannel('public', 'inc-1', bot, [ana, ben]);
  const post = (draft: Partial<NewMessage>) => workspace.post(channel, { user: bot, text: '', ...draft });
  const section = (text: string, type = 'mrkdwn') => ({ type: 'section', block_id: text, text: { type, text } });
  return { workspace, bot, channel, post, section };
}

describe('a message in a channel notifies', () => {
  it('nobody when it calls nobody, and nobody when all read it who come and go', () => {
    const { workspace, post, channel } = given();
    expect(post({ text: 'all is calm' }).notified).toEqual([]);
    workspace.join(channel, mallory, ana);
    expect(channel.messages.at(-1)).toMatchObject({ subtype: 'channel_join', notified: [] });
  });

  it('the person it names, once, and neither its author nor a bot', () => {
    const { post, bot } = given();
    expect(post({ text: `<@${ana}> and <@${ana}|ana>` }).notified).toEqual([ana]);
    expect(post({ user: ana, text: `<@${ana}> <@${ben}> <@${bot}>` }).notified).toEqual([ben]);
  });

  it('the members of the group it names, as the group is then, and only those in the channel', () => {
    const { post, workspace, channel } = given();
    expect(post({ text: '<!subteam^S0SRE|@sre> look' }).notified).toEqual([ana, ben]);
    channel.members.delete(ben);
    expect(post({ text: '<!subteam^S0SRE> look' }).notified).toEqual([ana]);
    expect(post({ text: '<!subteam^S0GONE> look' }).notified).toEqual([]);
    const user = workspace.users.get(ana);
    if (user) user.deleted = true;
    expect(post({ text: '<!subteam^S0SRE> look' }).notified).toEqual([]);
  });

  it('nobody outside the channel, even when they come later', () => {
    const { post, workspace, channel } = given();
    const message = post({ text: `<@${mallory}> look` });
    workspace.join(channel, mallory, ana);
    expect(message.notified).toEqual([]);
    expect(post({ text: `<@${mallory}> look` }).notified).toEqual([mallory]);
  });

  it('everybody in it by here and channel, but not from within a thread', () => {
    const { post } = given();
    const { ts, notified } = post({ text: '<!here> fire' });
    expect(notified).toEqual([ana, ben]);
    expect(post({ text: '<!channel> fire' }).notified).toEqual([ana, ben]);
    expect(post({ text: '<!channel> fire', threadTs: ts }).notified).toEqual([]);
  });

  it('whom its blocks name, not whom its text names that nobody sees, and nobody from plain text', () => {
    const { post, section } = given();
    const blocks = [section(`<@${ben}> look`), section(`<@${ana}> look`, 'plain_text')];
    expect(post({ text: `<@${ana}> look`, blocks }).notified).toEqual([ben]);
    const rich = { type: 'rich_text', block_id: 'r', elements: [{ type: 'usergroup', usergroup_id: 'S0SRE' }] };
    expect(post({ blocks: [rich] }).notified).toEqual([ana, ben]);
    expect(post({ text: '', attachments: [{ text: `<@${ana}>` }] }).notified).toEqual([]);
  });

  it('nobody when one person alone sees it', () => {
    const { post } = given();
    expect(post({ text: `<@${ana}> psst`, onlyFor: ana }).notified).toEqual([]);
  });
});

it('a direct message notifies the other one', () => {
  const { workspace, bot } = given();
  const { channel } = workspace.directChannel([bot, ana]);
  expect(workspace.post(channel, { user: bot, text: 'psst' }).notified).toEqual([ana]);
  expect(workspace.post(channel, { user: ana, text: 'yes?' }).notified).toEqual([]);
});

it('a reply notifies who began the thread, who replied and who was named in it, whether it is repeated in the channel or not', () => {
  const { post } = given();
  const { ts } = post({ text: `run of restart, asked by <@${ana}>` });
  expect(post({ text: 'step 1 is done', threadTs: ts }).notified).toEqual([ana]);
  expect(post({ user: ben, text: 'I look', threadTs: ts }).notified).toEqual([ana]);
  expect(post({ text: 'failed', threadTs: ts, broadcast: true }).notified).toEqual([ana, ben]);
  expect(post({ text: 'another thread, of nobody', threadTs: post({ text: 'x' }).ts }).notified).toEqual([]);
});

it('an edit notifies nobody, whoever it names now', () => {
  const { workspace, channel, post } = given();
  const message = post({ text: 'running' });
  workspace.edit(channel, message, (changed) => {
    changed.text = `<@${ana}> failed`;
  });
  expect(channel.messages.at(-1)?.notified).toEqual([]);
});
