// One section of a postmortem: what it says, whose words it is, and the button that edits it.
import { Pencil } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { ApiPostmortem } from '../../../contract/postmortem.ts';
import { Button } from '../../kit/button.tsx';
import { Section } from '../../kit/card.tsx';
import { Age } from '../../kit/time.tsx';
import { actorText } from '../../model/postmortem.ts';
import { sectionContent } from './section-content.tsx';
import { SectionEditor } from './section-editor.tsx';

/** Sections that are computed from the ledger. */
const computed: ReadonlySet<string> = new Set(['clocks', 'counterfactuals']);
const customKey = (key: string, { sections }: ApiPostmortem) => (Object.hasOwn(sections, key) ? key : 'custom');

type SectionProps = {
  readonly postmortem: ApiPostmortem;
  readonly section: ApiPostmortem['template'][number];
  /** Why it cannot be edited; null: it can. */
  readonly why: string | null;
  readonly children?: ReactNode;
};

/** The section. */
export function SectionView({ postmortem, section, why, children }: SectionProps) {
  const { key, title, prompt } = section;
  const [isEdited, setEdited] = useState(false);
  const content = sectionContent({ postmortem, section: key });
  const isComputed = computed.has(key);
  const edit = postmortem.edits[customKey(key, postmortem)];
  const aside = isComputed ? (
    <span className="text-xs text-muted">of the ledger</span>
  ) : (
    !isEdited && (
      <>
        <Whose edit={edit} isEmpty={content === null} />
        <Button size="small" kind="quiet" why={why} onClick={() => setEdited(true)} aria-label={`Edit ${title}`}>
          <Pencil className="size-3.5" aria-hidden="true" /> Edit
        </Button>
      </>
    )
  );
  return (
    <Section title={title} aside={aside}>
      {isEdited ? (
        <SectionEditor postmortem={postmortem} section={section} onClose={() => setEdited(false)} />
      ) : (
        (content ?? <p className="max-w-[72ch] text-sm text-muted">{emptyText(key, prompt)}</p>)
      )}
      {children}
    </Section>
  );
}

const emptyText = (key: string, prompt: string) =>
  key === 'counterfactuals'
    ? 'Nothing in the ledger would have made it shorter, or it is not over.'
    : prompt || 'Nothing is written yet.';

function Whose({ edit, isEmpty }: { edit: ApiPostmortem['edits'][string] | undefined; isEmpty: boolean }) {
  if (edit !== undefined)
    return (
      <span className="text-xs text-muted">
        {actorText(edit.by)}, <Age at={edit.at} />
      </span>
    );
  if (isEmpty) return null;
  return (
    <span className="rounded-sm border border-dashed border-strong px-1.5 text-xs text-muted">draft of the ledger</span>
  );
}
