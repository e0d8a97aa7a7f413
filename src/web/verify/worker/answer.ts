// Answers what the page asks about a record. The rules are those of `firebreak audit verify --file`, in the same files.
import { checkBundle, readBundle } from '../../../core/timeline/bundle.ts';
import { toldRedactions, verifyVouchedChain } from '../../../core/timeline/vouched-chain.ts';
import { type BadEntry, maxFileBytes, type OpeningStep, type Question, type Questions } from '../messages.ts';
import { type OpenedBundle, openBundle } from './opened-bundle.ts';

type Answer = Questions[keyof Questions]['answer'];

const badFile = (problem: string): { readonly outcome: 'bad'; readonly place: BadEntry } => ({
  outcome: 'bad',
  place: { streamId: '(bundle)', seq: 0, type: null, at: null, problem },
});

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1_000_000).toLocaleString('en')} MB`;

async function chain({
  streamId,
  events,
  redactions,
}: Questions['chain']['asked']): Promise<Questions['chain']['answer']> {
  const check = await verifyVouchedChain({ streamId, events, redactions, expected: null });
  return check.outcome === 'bad' ? check : { ...check, redactions: toldRedactions(streamId, redactions) };
}

/** Answers one question after the other; holds the bundle that was opened last. */
export function createAnswerer(): (question: Question, tell: (step: OpeningStep) => void) => Promise<Answer> {
  let opened: OpenedBundle | null = null;

  async function open(file: Blob, tell: (step: OpeningStep) => void): Promise<Questions['open']['answer']> {
    opened = null;
    if (file.size > maxFileBytes) {
      const most = megabytes(maxFileBytes);
      return badFile(
        `it has ${megabytes(file.size)}, and a browser can hold bundles of up to ${most}: use firebreak audit verify --file`,
      );
    }
    tell({ step: 'reading' });
    const bytes = new Uint8Array(await file.arrayBuffer());
    tell({ step: 'parsing' });
    const read = readBundle(bytes);
    if (read.outcome === 'bad') return read;
    const { bundle } = read;
    const of = bundle.events.length;
    const check = await checkBundle(bundle, {
      trusted: [],
      progress: (done) => tell(done < of ? { step: 'chain', done, of } : { step: 'evidence' }),
    });
    if (check.outcome === 'bad') return check;
    opened = openBundle(bundle);
    return { outcome: 'ok', bundle: opened.about };
  }

  return async ({ name, asked }, tell) => {
    switch (name) {
      case 'open':
        return open(asked.file, tell);
      case 'chain':
        return chain(asked);
      case 'entries':
        return opened?.entries(asked) ?? [];
      case 'total':
        return opened?.total(asked) ?? 0;
      case 'recorded':
        return opened?.recorded(asked.seq) ?? null;
      case 'frame':
        return opened?.frame(asked.at) ?? null;
      case 'evidence':
        return opened?.evidence(asked.digest) ?? null;
    }
  };
}
