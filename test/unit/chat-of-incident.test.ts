// What people said about an incident, from the ledger to the page: words, edits and deletions, whatever stands in an event.
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/core/events.ts';
import { ledgerEntry } from '../../src/core/timeline/ledger-entry.ts';
import { chatOf } from '../../src/web/model/chat.ts';

const at = '2026-11-26T13:03:20.000Z';
const ana = { kind: 'user', id: 'U0ANA', name: 'Ana' } as const;
const message = { channelId: 'C1', ts: '1.2' };

const entry = (seq: number, type: string, data: StoredEvent['data']) =>
  ledgerEntry({ streamId: 'inc_1', seq, type, at, actor: ana, data }, { whole: false });
const kept = (data: StoredEvent['data'] = {}) =>
  entry(2, 'chat.kept', {
    ...message,
    saidAt: '2026-11-26T13:00:00.000Z',
    author: { id: 'U0BEN', name: 'Ben' },
    text: 'the pool is full',
    permalink: 'https://slack.example.com/p1',
    files: [{ name: 'graph.png', url: null }],
    how: 'reaction',
    ...data,
  });

describe('the chat of an incident', () => {
  it('has each message once, with its author, its place and its files, in the order in which they were said', () => {
    const lines = chatOf([entry(1, 'note.added', { text: 'it was the deploy' }), kept(), entry(3, 'run.started', {})]);
    expect(lines).toMatchObject([
      {
        by: { name: 'Ben' },
        text: 'the pool is full',
        how: 'slack',
        link: 'https://slack.example.com/p1',
        files: ['graph.png'],
      },
      { by: { name: 'Ana' }, text: 'it was the deploy', how: 'note', link: null },
    ]);
  });

  it('shows what an edited message says now and said before, and that one was deleted, and never loses its words', () => {
    const edit = entry(3, 'chat.edited', { ...message, editedAt: '1.3', text: 'the pool WAS full' });
    const [line] = chatOf([kept(), edit, entry(4, 'chat.deleted', message)]);
    expect(line).toMatchObject({ text: 'the pool WAS full', before: ['the pool is full'], isDeleted: true });
  });

  it('tells the edit of a message that is not among the entries, and nothing of its deletion alone', () => {
    const edit = entry(3, 'chat.edited', {
      ...message,
      editedAt: '1.3',
      text: 'later',
      by: { id: 'U0BEN', name: null },
    });
    expect(chatOf([edit])).toMatchObject([{ text: 'later', by: { id: 'U0BEN', name: null } }]);
    expect(chatOf([entry(4, 'chat.deleted', message)])).toEqual([]);
  });

  it.each(['javascript:alert(1)', 'http://slack.example.com/p1', 'https://slack.example.com/\u202egnp', 7, null])(
    'follows no address that is not one of a page: %s',
    (permalink) => expect(kept({ permalink }).said?.link).toBeNull(),
  );

  it('shows what cannot be seen, cuts what is long, and stands any data', () => {
    expect(kept({ text: `a\u202eb${'c'.repeat(5000)}` }).said).toMatchObject({
      text: expect.stringMatching(/^a⟨U\+202E⟩bc/),
      cut: true,
    });
    expect(
      entry(1, 'chat.kept', { text: { much: 1 }, author: 'ben', files: 'none', saidAt: 'then' }).said,
    ).toMatchObject({ text: '', by: null, at, files: [] });
    expect(entry(1, 'run.started', { text: 'no words of a person' }).said).toBeNull();
  });
});
