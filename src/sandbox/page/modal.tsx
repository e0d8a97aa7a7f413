// A form that the app has opened.
import { type FormEvent, useState } from 'react';
import { TextBlock } from './message.tsx';
import { act, type Input, type ShownBlock, type ShownView, type State } from './state.ts';

function Field({ id, element }: { readonly id: string; readonly element: Input }) {
  if (element.options)
    return (
      <select id={id} name={id} defaultValue={element.initial_option?.value ?? ''}>
        <option value="">Choose an option</option>
        {element.options.map(({ text, value }) => (
          <option key={value} value={value}>
            {text.text}
          </option>
        ))}
      </select>
    );
  if (element.multiline) return <textarea id={id} name={id} rows={4} defaultValue={element.initial_value} />;
  return <input id={id} name={id} defaultValue={element.initial_value} />;
}

function FormBlock({
  block,
  fault,
  state,
}: {
  readonly block: ShownBlock;
  readonly fault: string | undefined;
  readonly state: State;
}) {
  const { block_id: id = '', element, label, hint } = block;
  if (!element) return <TextBlock block={block} state={state} />;
  return (
    <div>
      <label htmlFor={id}>{label?.text}</label>
      <Field id={id} element={element} />
      {hint ? <div className="hint">{hint.text}</div> : null}
      {fault ? <div className="fault">{fault}</div> : null}
    </div>
  );
}

/** The form; faults are shown at their fields. */
export function Modal({ view: { id, user, view }, state }: { readonly view: ShownView; readonly state: State }) {
  const [faults, setFaults] = useState<{ readonly [block: string]: string }>({});
  const [trouble, setTrouble] = useState('');
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const values = Object.fromEntries(
      view.blocks.flatMap((block) =>
        block.block_id && block.element
          ? [[block.block_id, { [block.element.action_id]: String(form.get(block.block_id) ?? '') }]]
          : [],
      ),
    );
    const { seen } = await act('/submit', { user, viewId: id, values });
    setFaults(seen?.kind === 'field_errors' ? seen.errors : {});
    setTrouble(seen?.kind === 'error' ? seen.text : '');
  };
  return (
    <div className="veil">
      <form className="modal" onSubmit={submit} aria-label={view.title.text}>
        <h2>{view.title.text}</h2>
        {view.blocks.map((block) => (
          <FormBlock key={block.block_id} block={block} fault={faults[block.block_id ?? '']} state={state} />
        ))}
        {trouble ? <div className="fault">{trouble}</div> : null}
        <footer>
          <button type="button" className="button" onClick={() => act('/close', { user, viewId: id })}>
            {view.close?.text ?? 'Cancel'}
          </button>
          {view.submit ? (
            <button type="submit" className="button primary">
              {view.submit.text}
            </button>
          ) : null}
        </footer>
      </form>
    </div>
  );
}
