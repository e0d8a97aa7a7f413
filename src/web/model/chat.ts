// What people said about an incident, as the ledger has it: each message once, with what became of it in Slack. Pure.
import type { ApiLedgerEntry } from '../../contract/ledger.ts';

type Said = NonNullable<ApiLedgerEntry['said']>;

/** One message. */
export type ChatEntry = {
  readonly id: string;
  readonly seq: number;
  readonly by: Said['by'];
  readonly at: string;
  /** What it says now. */
  readonly text: string;
  readonly cut: boolean;
  /** Where it was written. */
  readonly how: 'note' | 'update' | 'slack';
  readonly link: string | null;
  readonly files: readonly string[];
  /** What it said before each edit, oldest first. */
  readonly before: readonly string[];
  readonly isDeleted: boolean;
};

type Told = Pick<ApiLedgerEntry, 'id' | 'seq' | 'said'>;

/** Messages in the order in which they were said; `entries` oldest first. Of a message that is not among them, only an edit is told. */
export function chatOf(entries: readonly Told[]): readonly ChatEntry[] {
  const lines = new Map<string, ChatEntry>();
  for (const { id, seq, said } of entries) {
    if (said === null) continue;
    const key = said.message ?? id;
    const known = lines.get(key);
    if (said.type === 'deleted') {
      if (known !== undefined) lines.set(key, { ...known, isDeleted: true });
    } else if (said.type === 'edited' && known !== undefined) {
      lines.set(key, { ...known, text: said.text, cut: said.cut, before: [...known.before, known.text] });
    } else if (known === undefined) lines.set(key, lineOf({ id, seq, said }));
  }
  return [...lines.values()].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.seq - b.seq);
}

const lineOf = ({ id, seq, said }: { readonly id: string; readonly seq: number; readonly said: Said }): ChatEntry => ({
  id,
  seq,
  by: said.by,
  at: said.at,
  text: said.text,
  cut: said.cut,
  how: said.type === 'note' || said.type === 'update' ? said.type : 'slack',
  link: said.link,
  files: said.files,
  before: [],
  isDeleted: false,
});
