// What the page and its worker say to each other about a record: questions with their answers. Does nothing.
import type { ApiFrame } from '../../contract/frame.ts';
import type { ApiEntryKind, ApiLedgerEntry } from '../../contract/ledger.ts';
import type { ApiTimelineEvent } from '../../contract/timeline.ts';

/** The first bad place of a record; `seq` 0: it is no single entry, but the file as a whole. */
export type BadEntry = {
  readonly streamId: string;
  readonly seq: number;
  readonly type: string | null;
  readonly at: string | null;
  readonly problem: string;
};

/** A piece of evidence that a bundle names; `included`: its content is in the file. */
export type BundledEvidence = {
  readonly name: string;
  readonly digest: string;
  readonly bytes: number;
  readonly included: boolean;
  /** The entry that first names it. */
  readonly seq: number;
};

/** Who took something out, when and why. `seq`: of an entry; null: of the piece of evidence that `evidence` names. */
export type ShownRedaction = {
  readonly seq: number | null;
  readonly evidence: string | null;
  readonly by: string;
  readonly at: string;
  readonly reason: string;
};

/** A bundle in which everything was verified. */
export type VerifiedBundle = {
  readonly streamId: string;
  readonly head: { readonly version: number; readonly hash: string };
  /** null: no checkpoint spoke of it yet. */
  readonly checkpoint: { readonly by: string; readonly version: number } | null;
  readonly keyId: string;
  readonly publicKey: string;
  readonly evidence: readonly BundledEvidence[];
  readonly redactions: readonly ShownRedaction[];
  readonly kinds: readonly { readonly kind: ApiEntryKind; readonly count: number }[];
};

/** Bytes of a file that a tab can be expected to hold, with what is made of it. */
export const maxFileBytes = 256_000_000;

/** What looking at a bundle came to. */
type BundleVerdict =
  | { readonly outcome: 'ok'; readonly bundle: VerifiedBundle }
  | { readonly outcome: 'bad'; readonly place: BadEntry };

/** What checking the chain of events came to. */
export type ChainVerdict =
  | {
      readonly outcome: 'ok';
      readonly head: { readonly version: number; readonly hash: string };
      readonly redactions: readonly ShownRedaction[];
    }
  | { readonly outcome: 'bad'; readonly place: BadEntry };

/** How far opening a bundle is. */
export type OpeningStep =
  | { readonly step: 'reading' }
  | { readonly step: 'parsing' }
  | { readonly step: 'chain'; readonly done: number; readonly of: number }
  | { readonly step: 'evidence' };

/** Evidence as it can be shown; `binary`: as bytes only. `cut`: the text goes on. */
export type ShownEvidence =
  | { readonly type: 'text'; readonly text: string; readonly cut: boolean }
  | { readonly type: 'json'; readonly text: string; readonly cut: boolean }
  | { readonly type: 'image'; readonly mime: string }
  | { readonly type: 'binary' };

/** Every question with its answer. All but `open` and `chain` are about the bundle that was opened last. */
export type Questions = {
  open: { asked: { readonly file: Blob }; answer: BundleVerdict };
  chain: {
    asked: {
      readonly streamId: string;
      readonly events: readonly ApiTimelineEvent[];
      /** Events of the system stream that vouch for what was taken out. */
      readonly redactions: readonly ApiTimelineEvent[];
    };
    answer: ChainVerdict;
  };
  /** Entries of a kind (null: all) in the order of the record, by their place among them. */
  entries: {
    asked: { readonly kind: ApiEntryKind | null; readonly from: number; readonly count: number };
    answer: readonly ApiLedgerEntry[];
  };
  /** How many entries of a kind stand among the first `upTo` of all. */
  total: { asked: { readonly kind: ApiEntryKind | null; readonly upTo: number }; answer: number };
  recorded: { asked: { readonly seq: number }; answer: ApiTimelineEvent | null };
  /** As known at an instant (null: at its end); null: it is no incident, or was not known. */
  frame: { asked: { readonly at: string | null }; answer: ApiFrame | null };
  evidence: {
    asked: { readonly digest: string };
    answer: { readonly shown: ShownEvidence; readonly bytes: Uint8Array<ArrayBuffer> } | null;
  };
};

/** A question on its way; `id` is that of its answer. */
export type Question = {
  [N in keyof Questions]: { readonly id: number; readonly name: N; readonly asked: Questions[N]['asked'] };
}[keyof Questions];

/** What comes back: steps on the way, then an answer or why there is none. */
export type VerifierReply =
  | { readonly id: number; readonly type: 'step'; readonly step: OpeningStep }
  | { readonly id: number; readonly type: 'answer'; readonly answer: Questions[keyof Questions]['answer'] }
  | { readonly id: number; readonly type: 'failed'; readonly message: string };
