// One message: who and when, what it says, whom it notified, what people put under it, and what can be done with it.
import { type FormEvent, useMemo, useState } from 'react';
import type { Input } from './block-kit.ts';
import { Blocks } from './blocks.tsx';
import { SurfaceContext } from './elements.tsx';
import { emoji, offered } from './emoji.ts';
import { Icon } from './icons.tsx';
import { Menu, type MenuItem } from './menu.tsx';
import { Mrkdwn } from './mrkdwn.tsx';
import { act, personName, type ShownChannel, type ShownMessage, type State, timeOf } from './state.ts';

/** A message, where it stands, and who looks. */
export type MessageProps = {
  readonly message: ShownMessage;
  readonly channel: ShownChannel;
  readonly me: string;
  readonly state: State;
  /** Opens or closes its thread; absent on replies. */
  readonly onThread?: (() => void) | undefined;
};

function Reactions({ message, channel, me, state }: MessageProps) {
  if (message.reactions.length === 0) return null;
  return (
    <div className="reactions">
      {message.reactions.map(({ name, users }) => {
        const isMine = users.includes(me);
        const who = users.map((id) => personName(state, id)).join(', ');
        return (
          <button
            key={name}
            type="button"
            className="reaction"
            aria-pressed={isMine}
            title={who}
            onClick={() => act('/react', { user: me, channel: channel.id, ts: message.ts, name, on: !isMine })}
          >
            <span aria-hidden="true">{emoji(name)}</span> <span className="visually-hidden">{name}</span> {users.length}
            <span className="visually-hidden"> by {who}</span>
          </button>
        );
      })}
    </div>
  );
}

/** What can be done with a message: react, answer in its thread, the app's shortcuts, and with one's own: edit, delete. */
function Toolbar({ message, channel, me, state, onThread, onEdit }: MessageProps & { readonly onEdit: () => void }) {
  const at = { user: me, channel: channel.id, ts: message.ts };
  const reactions = offered.map((name) => ({
    label: `React with ${name}`,
    shown: emoji(name),
    run: () => void act('/react', { ...at, name, on: true }),
  }));
  const shortcuts = state.app.shortcuts.filter(({ type }) => type === 'message');
  const items: readonly MenuItem[] = [
    ...(onThread ? [{ label: 'Reply in thread', run: onThread }] : []),
    ...shortcuts.map(({ name, callbackId }) => ({
      label: name,
      run: () => void act('/shortcut', { user: me, callbackId, on: { channel: channel.id, ts: message.ts } }),
    })),
    ...(message.user === me
      ? [
          { label: 'Edit message', run: onEdit },
          { label: 'Delete message', run: () => void act('/delete', at) },
        ]
      : []),
  ];
  return (
    <div className="toolbar">
      <Menu label="Add a reaction" className="tool" items={reactions}>
        <Icon name="smile" />
      </Menu>
      {items.length > 0 ? (
        <Menu label="More actions" className="tool" items={items}>
          <Icon name="more" />
        </Menu>
      ) : null}
    </div>
  );
}

function EditForm({ message, channel, me, onDone }: MessageProps & { readonly onDone: () => void }) {
  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get('text') ?? '').trim();
    if (text !== '') await act('/edit', { user: me, channel: channel.id, ts: message.ts, text });
    onDone();
  };
  return (
    <form className="edit" onSubmit={save} onKeyDown={({ key }) => key === 'Escape' && onDone()}>
      <input ref={(input) => input?.focus()} name="text" aria-label="Edit message" defaultValue={message.text} />
      <button type="submit" className="button primary">
        Save
      </button>
      <button type="button" className="button" onClick={onDone}>
        Cancel
      </button>
    </form>
  );
}

function Body({ message, state }: MessageProps) {
  return (
    <>
      {message.blocks ? (
        <Blocks blocks={message.blocks} />
      ) : message.text ? (
        <div className="block">
          <Mrkdwn text={message.text} state={state} />
          {message.edited ? <small className="edited"> (edited)</small> : null}
        </div>
      ) : null}
      {message.attachments?.map((attachment, i) => (
        <div key={`${message.ts}${i}`} className={`attachment ${attachment.color ?? ''}`}>
          {attachment.blocks ? (
            <Blocks blocks={attachment.blocks} />
          ) : (
            <Mrkdwn text={attachment.text ?? ''} state={state} />
          )}
        </div>
      ))}
      {message.files?.map(({ id, name, size }) => (
        <a key={id} className="file" href={`/files/${id}`} download>
          {name}{' '}
          {size === undefined ? null : <small>{size < 1024 ? `${size} B` : `${Math.round(size / 1024)} KiB`}</small>}
        </a>
      ))}
    </>
  );
}

function Notified({ message, me, state }: MessageProps) {
  if (message.notified.length === 0) return null;
  const names = message.notified.map((id) => personName(state, id)).join(', ');
  return <div className={`notified ${message.notified.includes(me) ? 'me' : ''}`}>Notified {names}</div>;
}

/** What this person uses in a message goes to the app as a click there. */
function useMessageSurface({ message: { ts }, channel: { id }, me, state }: MessageProps) {
  return useMemo(
    () => ({
      state,
      me,
      async use({ type, action_id, value }: Input, chosen?: string | readonly string[]) {
        const click = { user: me, channel: id, ts, actionId: action_id, value: type === 'button' ? value : chosen };
        const { seen } = await act('/click', click);
        return seen.kind === 'error' ? seen.text : '';
      },
    }),
    [state, me, id, ts],
  );
}

/** A message as people see it. */
export function MessageView(props: MessageProps) {
  const { message, channel, state } = props;
  const [isEditing, setIsEditing] = useState(false);
  const surface = useMessageSurface(props);
  const user = state.users.find(({ id }) => id === message.user);
  const name = user?.realName ?? message.user;
  const at = timeOf(message.ts);
  if (message.subtype !== undefined && message.subtype !== 'file_share')
    return (
      <div className="event" data-testid={`message-${message.ts}`}>
        <Mrkdwn text={message.text} state={state} /> <time>{at}</time>
      </div>
    );
  return (
    <article
      className={`message ${message.threadTs ? 'reply' : ''} ${message.onlyFor ? 'own' : ''}`}
      data-testid={`message-${message.ts}`}
      data-ts={message.ts}
      aria-label={`${name}, ${at}`}
      tabIndex={-1}
    >
      <div className={`face ${user?.isBot ? 'bot' : ''}`} aria-hidden="true">
        {name[0]?.toUpperCase()}
      </div>
      <div className="said">
        <div className="who">
          <b>{name}</b>
          {user?.isBot ? <span className="app">APP</span> : null}
          <time>{at}</time>
          {channel.pins.includes(message.ts) ? <span className="pinned">Pinned</span> : null}
        </div>
        {message.onlyFor ? <div className="only">Only visible to you</div> : null}
        <SurfaceContext value={surface}>
          {isEditing ? <EditForm {...props} onDone={() => setIsEditing(false)} /> : <Body {...props} />}
        </SurfaceContext>
        <Notified {...props} />
        <Reactions {...props} />
      </div>
      {message.onlyFor ? null : <Toolbar {...props} onEdit={() => setIsEditing(true)} />}
    </article>
  );
}
