// The fields of a section while it is edited. Knows no server.
import { Plus, Trash2 } from 'lucide-react';
import { Button, IconButton } from '../../kit/button.tsx';
import { Field, Input, Select, TextArea } from '../../kit/field.tsx';
import { type PointDraft, pointKinds, type SectionDraft, withNewPoint } from '../../model/section-draft.ts';

type FieldsProps = {
  readonly title: string;
  readonly prompt: string;
  readonly draft: SectionDraft;
  readonly onChange: (draft: SectionDraft) => void;
};

/** Rows that show a text whole where that is possible. */
const rowsOf = (text: string, least: number) =>
  Math.min(
    24,
    Math.max(
      least,
      text.split('\n').reduce((sum, line) => sum + 1 + Math.floor(line.length / 80), 0),
    ),
  );

/** The fields. */
export function SectionFields({ title, prompt, draft, onChange }: FieldsProps) {
  switch (draft.type) {
    case 'text':
      return (
        <Field label={title} hint={prompt || 'Paragraphs are parted by empty lines.'}>
          {(its) => (
            <TextArea
              {...its}
              rows={rowsOf(draft.text, 6)}
              maxLength={20_000}
              value={draft.text}
              onChange={(event) => onChange({ type: 'text', text: event.target.value })}
            />
          )}
        </Field>
      );
    case 'impact':
      return <ImpactFields draft={draft} onChange={onChange} />;
    case 'points':
      return <PointFields draft={draft} onChange={onChange} />;
  }
}

const impactFields = [
  ['who', 'Who was hit'],
  ['what', 'What they could not do'],
  ['measured', 'How it was measured'],
] as const;

type DraftProps<T extends SectionDraft['type']> = {
  readonly draft: Extract<SectionDraft, { type: T }>;
  readonly onChange: (draft: SectionDraft) => void;
};

const ImpactFields = ({ draft, onChange }: DraftProps<'impact'>) =>
  impactFields.map(([name, label]) => (
    <Field key={name} label={label}>
      {(its) => (
        <TextArea
          {...its}
          rows={rowsOf(draft.impact[name], 2)}
          maxLength={20_000}
          value={draft.impact[name]}
          onChange={(event) => onChange({ ...draft, impact: { ...draft.impact, [name]: event.target.value } })}
        />
      )}
    </Field>
  ));

function PointFields({ draft, onChange }: DraftProps<'points'>) {
  const change = (key: number, said: Partial<PointDraft>) =>
    onChange({ ...draft, points: draft.points.map((point) => (point.key === key ? { ...point, ...said } : point)) });
  return (
    <>
      <ol className="space-y-3">
        {draft.points.map((point, index) => (
          <li key={point.key} className="flex gap-2">
            <OnePoint
              name={`Point ${index + 1}`}
              kinds={pointKinds[draft.section]}
              point={point}
              onChange={(said) => change(point.key, said)}
            />
            <IconButton
              label={`Take point ${index + 1} away`}
              onClick={() => onChange({ ...draft, points: draft.points.filter(({ key }) => key !== point.key) })}
            >
              <Trash2 className="size-4" />
            </IconButton>
          </li>
        ))}
      </ol>
      <Button size="small" onClick={() => onChange(withNewPoint(draft))}>
        <Plus className="size-3.5" aria-hidden="true" /> Add a point
      </Button>
    </>
  );
}

type PointProps = {
  readonly name: string;
  readonly kinds: { readonly [kind: string]: string } | null;
  readonly point: PointDraft;
  readonly onChange: (said: Partial<PointDraft>) => void;
};

function OnePoint({ name, kinds, point, onChange }: PointProps) {
  return (
    <div className="min-w-0 flex-1 space-y-1.5">
      <TextArea
        aria-label={name}
        rows={rowsOf(point.text, 2)}
        maxLength={4000}
        value={point.text}
        onChange={(event) => onChange({ text: event.target.value })}
      />
      <div className="flex flex-wrap gap-2">
        {kinds !== null && (
          <Select
            aria-label={`${name}: kind`}
            value={point.kind}
            onChange={(event) => onChange({ kind: event.target.value })}
          >
            {Object.entries(kinds).map(([value, word]) => (
              <option key={value} value={value}>
                {word}
              </option>
            ))}
          </Select>
        )}
        <Input
          aria-label={`${name}: entries that show it`}
          placeholder="Entries that show it: 3, 12"
          className="min-w-0 flex-1 basis-40 font-mono text-xs"
          value={point.refs}
          onChange={(event) => onChange({ refs: event.target.value })}
        />
      </div>
    </div>
  );
}
