// One section being edited: nothing that was typed is lost, also where somebody else was faster.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiPostmortem } from '../../../contract/postmortem.ts';
import type { Problem } from '../../../contract/problem.ts';
import { ask } from '../../data/client.ts';
import { asFailure } from '../../data/failure.ts';
import { keys } from '../../data/keys.ts';
import { useWhyNoOrders } from '../../data/live.ts';
import { Button } from '../../kit/button.tsx';
import { toast } from '../../kit/toast.tsx';
import { editLines, isTouched } from '../../model/postmortem.ts';
import { draftFault, draftOf, writtenOf } from '../../model/section-draft.ts';
import { states } from '../../model/states.ts';
import { sectionContent } from './section-content.tsx';
import { SectionFields } from './section-fields.tsx';

type EditorProps = {
  readonly postmortem: ApiPostmortem;
  readonly section: ApiPostmortem['template'][number];
  readonly onClose: () => void;
};

/** The editor. It sends the version that its writer saw: what came in between is told, and taken over by nobody's order but the writer's. */
export function SectionEditor({ postmortem, section: { key, title, prompt }, onClose }: EditorProps) {
  const queries = useQueryClient();
  const offline = useWhyNoOrders();
  const { incident, sections } = postmortem;
  const [draft, setDraft] = useState(() => draftOf(key, sections));
  const [seen, setSeen] = useState(postmortem.version);
  const params = { id: incident.id };
  const saving = useMutation({
    mutationFn: () => {
      const written = writtenOf(key, draft, { stream: incident.id, sections });
      return ask('PUT /incidents/:id/postmortem', { params, body: { expectedVersion: seen, sections: written } });
    },
    onSuccess: () => {
      toast(`${title} is written`, states.done);
      onClose();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.postmortem(String(incident.number)) }),
    onError: (error) => {
      const { edits } = asFailure(error);
      if (edits !== null) setSeen(edits.version);
    },
  });
  const failure = saving.error === null ? null : asFailure(saving.error);
  const edits = failure?.edits ?? null;
  const why = offline ?? draftFault(draft);
  return (
    <form
      aria-label={`Edit ${title}`}
      className="max-w-[76ch] space-y-3 rounded-lg border border-strong bg-surface p-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (why === null && !saving.isPending) saving.mutate();
      }}
    >
      <SectionFields title={title} prompt={prompt} draft={draft} onChange={setDraft} />
      {edits !== null && <InBetween postmortem={postmortem} section={key} edits={edits} />}
      {failure !== null && edits === null && (
        <p role="alert" className="rounded-md border border-red bg-red-ground px-3 py-2 text-sm text-red">
          Not written: {failure.message} What you wrote stays here.
        </p>
      )}
      <div className="flex flex-wrap items-center justify-end gap-2">
        <Button size="small" onClick={onClose}>
          {edits === null ? 'Discard' : 'Discard mine'}
        </Button>
        <Button type="submit" size="small" kind="main" why={why} disabled={saving.isPending}>
          {saving.isPending ? 'Writing…' : edits === null ? 'Write it' : 'Write mine over it'}
        </Button>
      </div>
    </form>
  );
}

type InBetweenProps = {
  readonly postmortem: ApiPostmortem;
  readonly section: string;
  readonly edits: NonNullable<Problem['edits']>;
};

function InBetween({ postmortem, section, edits }: InBetweenProps) {
  const touched = isTouched(edits, section);
  return (
    <div role="alert" className="space-y-2 rounded-md border border-amber bg-amber-ground px-3 py-2 text-sm text-amber">
      <p className="font-medium">Not written yet: somebody was faster.</p>
      {editLines(edits, postmortem.template).map((line) => (
        <p key={line}>{line} while you wrote.</p>
      ))}
      <p>
        {touched
          ? 'What you wrote stays above. What stands there now is below; put together what is needed, then write yours over it.'
          : 'This section was not touched: yours can be written as it is.'}
      </p>
      {touched && (
        <div className="rounded-md border bg-page p-3 text-ink">
          {sectionContent({ postmortem, section }) ?? <p className="text-muted">Nothing stands there now.</p>}
        </div>
      )}
    </div>
  );
}
