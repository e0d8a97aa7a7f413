// A form that the app has opened. What was entered stays when the app changes the form under it.
import { type FormEvent, useEffect, useMemo, useRef, useState } from 'react';
import { fieldName, type Input, isMany, type ShownBlock } from './block-kit.ts';
import { BlockView } from './blocks.tsx';
import { Dialog } from './dialog.tsx';
import { Field, SurfaceContext } from './elements.tsx';
import { act, type SeenAtOnce, type ShownView, type State } from './state.ts';

type Entered = { readonly [block: string]: { readonly [action: string]: string | readonly string[] } };

/** What stands in the fields of a form, as Slack's client sends it. */
function enteredIn(form: HTMLFormElement, blocks: readonly ShownBlock[]): Entered {
  const data = new FormData(form);
  const values: { [block: string]: { [action: string]: string | readonly string[] } } = {};
  const add = (block: ShownBlock, element: Input) => {
    const name = fieldName(block, element);
    const given = data.getAll(name).map(String);
    const byAction = values[block.block_id ?? ''] ?? {};
    values[block.block_id ?? ''] = {
      ...byAction,
      [element.action_id ?? '']: isMany(element) ? given : (given[0] ?? ''),
    };
  };
  for (const block of blocks)
    for (const element of [block.element, block.accessory, ...(block.type === 'actions' ? (block.elements ?? []) : [])])
      if (element?.action_id && !['button', 'overflow', 'image'].includes(element.type)) add(block, element);
  return values;
}

type FieldBlockProps = {
  readonly block: ShownBlock;
  readonly element: Input;
  readonly fault: string | undefined;
  readonly onChoose: ((value: string | readonly string[]) => void) | undefined;
};

function FieldBlock({ block, element, fault, onChoose }: FieldBlockProps) {
  const { label, hint, optional } = block;
  const name = fieldName(block, element);
  const isGroup = element.type === 'checkboxes' || element.type === 'radio_buttons';
  const notes = [...(hint ? [`${name}/hint`] : []), ...(fault ? [`${name}/fault`] : [])].join(' ');
  return (
    <div className="field">
      {isGroup ? null : (
        <label htmlFor={name}>
          {label?.text} {optional ? <small>optional</small> : null}
        </label>
      )}
      <Field
        element={element}
        name={name}
        label={isGroup ? `${label?.text ?? ''}${optional ? ' (optional)' : ''}` : undefined}
        isLabelled={isGroup}
        describedBy={notes === '' ? undefined : notes}
        isInvalid={fault !== undefined}
        onChoose={onChoose}
      />
      {hint ? (
        <div className="hint" id={`${name}/hint`}>
          {hint.text}
        </div>
      ) : null}
      {fault ? (
        <div className="fault" id={`${name}/fault`} role="alert">
          {fault}
        </div>
      ) : null}
    </div>
  );
}

type ModalProps = { readonly view: ShownView; readonly state: State };

/** The form; faults are shown at their fields. */
export function Modal({ view: { id, user, view }, state }: ModalProps) {
  const form = useRef<HTMLFormElement>(null);
  const [faults, setFaults] = useState<{ readonly [block: string]: string }>({});
  const [trouble, setTrouble] = useState('');
  const title = view.title?.text ?? 'Form';
  const show = (seen: SeenAtOnce) => {
    setFaults(seen.kind === 'field_errors' ? seen.errors : {});
    setTrouble(seen.kind === 'error' ? seen.text : '');
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = enteredIn(event.currentTarget, view.blocks);
    show((await act('/submit', { user, viewId: id, values })).seen);
  };
  useEffect(() => {
    if (Object.keys(faults).length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [faults]);
  const surface = useMemo(
    () => ({
      state,
      me: user,
      async use(element: Input, value?: string | readonly string[]) {
        const values = form.current ? enteredIn(form.current, view.blocks) : {};
        const click = { user, viewId: id, actionId: element.action_id, value, values };
        const { seen } = await act('/view-click', click);
        return seen.kind === 'error' ? seen.text : '';
      },
    }),
    [state, user, id, view.blocks],
  );
  const close = () => act('/close', { user, viewId: id });
  return (
    <Dialog label={title} onClose={close}>
      <SurfaceContext value={surface}>
        <form ref={form} onSubmit={submit} aria-label={title} noValidate>
          <h2>{title}</h2>
          {view.blocks.map((block, i) =>
            block.element ? (
              <FieldBlock
                key={fieldName(block, block.element)}
                block={block}
                element={block.element}
                fault={faults[block.block_id ?? '']}
                onChoose={
                  block.dispatch_action ? (value) => void surface.use(block.element as Input, value) : undefined
                }
              />
            ) : (
              <BlockView key={block.block_id ?? i} block={block} />
            ),
          )}
          {trouble ? (
            <div className="fault" role="alert">
              {trouble}
            </div>
          ) : null}
          <footer>
            <button type="button" className="button" onClick={close}>
              {view.close?.text ?? 'Cancel'}
            </button>
            {view.submit ? (
              <button type="submit" className="button primary">
                {view.submit.text}
              </button>
            ) : null}
          </footer>
        </form>
      </SurfaceContext>
    </Dialog>
  );
}
