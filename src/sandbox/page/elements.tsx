// Elements of Block Kit: buttons and menus that act at once, and the fields of forms. They know the workspace, not where they stand.
import { createContext, useContext, useState } from 'react';
import { fieldName, type Input, isMany, optionsOf, type ShownBlock, textOf } from './block-kit.ts';
import { ConfirmDialog } from './confirm.tsx';
import { Icon } from './icons.tsx';
import { Menu } from './menu.tsx';
import { isVisible, type State } from './state.ts';

/** Where blocks stand: what using an element does (a text says what went wrong), the workspace, who looks. */
export type BlockSurface = {
  readonly use: (element: Input, value?: string | readonly string[]) => Promise<string>;
  readonly state: State;
  readonly me: string;
};

/** The surface of the blocks within. */
export const SurfaceContext = createContext<BlockSurface | null>(null);

/** The surface that one stands on. */
export function useSurface(): BlockSurface {
  const surface = useContext(SurfaceContext);
  if (!surface) throw new Error('blocks stand on no surface');
  return surface;
}

function Button({ element }: { readonly element: Input }) {
  const { use } = useSurface();
  const [isBusy, setIsBusy] = useState(false);
  const [isAsking, setIsAsking] = useState(false);
  const [trouble, setTrouble] = useState('');
  const click = async () => {
    setIsBusy(true);
    setTrouble(await use(element));
    setIsBusy(false);
  };
  const look = `button ${element.style ?? ''}`;
  const label = element.accessibility_label;
  if (element.url)
    return (
      <a className={look} href={element.url} target="_blank" rel="noreferrer" aria-label={label} onClick={click}>
        {textOf(element.text)}
      </a>
    );
  // A disabled button would lose the focus: it says that it is busy, and does nothing.
  const press = () => {
    if (isBusy) return;
    if (element.confirm) setIsAsking(true);
    else void click();
  };
  const answer = (yes: boolean) => {
    setIsAsking(false);
    if (yes) void click();
  };
  return (
    <>
      <button type="button" className={look} aria-disabled={isBusy} aria-label={label} onClick={press}>
        {textOf(element.text)}
      </button>
      {element.confirm && isAsking ? <ConfirmDialog confirm={element.confirm} onAnswer={answer} /> : null}
      {trouble ? (
        <span className="fault" role="alert">
          {trouble}
        </span>
      ) : null}
    </>
  );
}

type Choice = { readonly value: string; readonly label: string };

/** What a select offers: its own options, or the people or channels that this person knows. */
function choicesOf(element: Input, { state, me }: BlockSurface): readonly Choice[] {
  if (element.type.includes('users_select'))
    return state.users
      .filter(({ isBot, deleted }) => !isBot && !deleted)
      .map(({ id, realName }) => ({ value: id, label: realName }));
  if (/(?:channels|conversations)_select/.test(element.type))
    return state.channels
      .filter((channel) => channel.kind !== 'im' && !channel.archived && isVisible(channel, me))
      .map(({ id, name }) => ({ value: id, label: `#${name}` }));
  return optionsOf(element).map(({ text, value }) => ({ value, label: text.text }));
}

function initialOf(element: Input): string | readonly string[] {
  if (isMany(element)) return element.initial_users ?? element.initial_options?.map(({ value }) => value) ?? [];
  return (
    element.initial_value ??
    element.initial_option?.value ??
    element.initial_user ??
    element.initial_conversation ??
    element.initial_channel ??
    element.initial_date ??
    element.initial_time ??
    ''
  );
}

type FieldProps = {
  readonly element: Input;
  readonly name: string;
  /** For what has no label of its own on the screen. */
  readonly label?: string | undefined;
  /** Whether a group shows its label itself. */
  readonly isLabelled?: boolean;
  readonly describedBy?: string | undefined;
  readonly isInvalid?: boolean;
  /** Called with what was chosen, where that acts at once. */
  readonly onChoose?: ((value: string | readonly string[]) => void) | undefined;
};

function Checks({ element, name, label, isLabelled = false, onChoose }: FieldProps) {
  const type = element.type === 'checkboxes' ? 'checkbox' : 'radio';
  const initial = [initialOf(element)].flat();
  const chosen = (box: HTMLInputElement) => {
    const boxes = box.closest('.checks')?.querySelectorAll<HTMLInputElement>('input:checked') ?? [];
    onChoose?.([...boxes].map(({ value }) => value));
  };
  return (
    <fieldset className="checks">
      <legend className={isLabelled ? 'label' : 'visually-hidden'}>{label}</legend>
      {optionsOf(element).map(({ text, value, description }) => (
        <label key={value}>
          <input
            type={type}
            name={name}
            value={value}
            defaultChecked={initial.includes(value)}
            onChange={({ currentTarget }) => chosen(currentTarget)}
          />
          <span>
            {text.text}
            {description ? <small>{description.text}</small> : null}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

const inputTypes: { readonly [element: string]: string } = {
  datepicker: 'date',
  timepicker: 'time',
  number_input: 'number',
  email_text_input: 'email',
  url_text_input: 'url',
};

/** A field, filled as the app wants it; `name` tells it from others in its form. */
export function Field(props: FieldProps) {
  const surface = useSurface();
  const { element, name, label, describedBy, isInvalid = false, onChoose } = props;
  const initial = initialOf(element);
  const common = {
    id: name,
    name,
    'aria-label': label,
    'aria-describedby': describedBy,
    'aria-invalid': isInvalid,
    placeholder: element.placeholder?.text,
  };
  if (element.type === 'checkboxes' || element.type === 'radio_buttons') return <Checks {...props} />;
  if (element.type.endsWith('_select')) {
    const many = isMany(element);
    return (
      <select
        {...common}
        multiple={many}
        defaultValue={initial}
        onChange={({ currentTarget }) =>
          onChoose?.(many ? [...currentTarget.selectedOptions].map(({ value }) => value) : currentTarget.value)
        }
      >
        {many ? null : <option value="">{element.placeholder?.text ?? 'Choose an option'}</option>}
        {choicesOf(element, surface).map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    );
  }
  const text = typeof initial === 'string' ? initial : '';
  if (element.multiline) return <textarea {...common} rows={4} defaultValue={text} />;
  return (
    <input
      {...common}
      type={inputTypes[element.type] ?? 'text'}
      defaultValue={text}
      autoComplete="off"
      onChange={({ currentTarget }) => onChoose?.(currentTarget.value)}
    />
  );
}

/** An element that acts when it is used, in a row of actions or beside a section. */
export function Action({ block, element }: { readonly block: ShownBlock; readonly element: Input }) {
  const { use } = useSurface();
  const [trouble, setTrouble] = useState('');
  const choose = async (value: string | readonly string[]) => setTrouble(await use(element, value));
  switch (element.type) {
    case 'button':
      return <Button element={element} />;
    case 'image':
      return <img className="accessory" src={element.image_url} alt={element.alt_text ?? ''} />;
    case 'overflow':
      return (
        <>
          <Menu
            label={element.accessibility_label ?? 'More'}
            className="button"
            items={optionsOf(element).map(({ text, value }) => ({ label: text.text, run: () => void choose(value) }))}
          >
            <Icon name="more" />
          </Menu>
          {trouble ? <span className="fault">{trouble}</span> : null}
        </>
      );
    default:
      return (
        <>
          <Field
            element={element}
            name={fieldName(block, element)}
            label={element.placeholder?.text ?? textOf(block.text) ?? 'Choose'}
            onChoose={(value) => void choose(value)}
          />
          {trouble ? <span className="fault">{trouble}</span> : null}
        </>
      );
  }
}
