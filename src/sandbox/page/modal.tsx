// A form that the app has opened.
import { type FormEvent, useState } from 'react';
import { act, type View } from './state.ts';

type Answer = { readonly response_action?: string; readonly errors?: { readonly [block: string]: string } };

/** The form; faults are shown at their fields. */
export function Modal({ view: { id, user, view } }: { readonly view: View }) {
  const [faults, setFaults] = useState<{ readonly [block: string]: string }>({});
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
    const answer = (await act('/submit', { user, viewId: id, values })).body as Answer | null;
    setFaults(answer?.response_action === 'errors' ? (answer.errors ?? {}) : {});
  };
  return (
    <div className="veil">
      <form className="modal" onSubmit={submit} aria-label={view.title.text}>
        <h2>{view.title.text}</h2>
        {view.blocks.map((block) => (
          <div key={block.block_id}>
            <label htmlFor={block.block_id}>{block.label?.text}</label>
            <input id={block.block_id} name={block.block_id} defaultValue={block.element?.initial_value} />
            {block.hint ? <div className="hint">{block.hint.text}</div> : null}
            {block.block_id && faults[block.block_id] ? <div className="fault">{faults[block.block_id]}</div> : null}
          </div>
        ))}
        <footer>
          <button type="button" className="button" onClick={() => act('/close', { viewId: id })}>
            {view.close?.text ?? 'Cancel'}
          </button>
          <button type="submit" className="button primary">
            {view.submit?.text ?? 'Submit'}
          </button>
        </footer>
      </form>
    </div>
  );
}
