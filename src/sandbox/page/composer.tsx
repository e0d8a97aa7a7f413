// The line that people write in: a message, a command, an answer in a thread, a file, a shortcut of the app.
import { type ChangeEvent, type FormEvent, useState } from 'react';
import { Icon } from './icons.tsx';
import { Menu } from './menu.tsx';
import { act, channelName, type ShownChannel, type State } from './state.ts';

type Props = {
  readonly channel: ShownChannel;
  readonly me: string;
  readonly state: State;
  readonly threadTs?: string;
};

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function AttachFile({ channel, me }: Pick<Props, 'channel' | 'me'>) {
  const share = async ({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
    const file = currentTarget.files?.[0];
    if (!file) return;
    await act('/share', { user: me, channel: channel.id, name: file.name, base64: await base64Of(file) });
    currentTarget.value = '';
  };
  return (
    <label className="tool attach">
      <input type="file" onChange={share} aria-label="Attach a file" />
      <Icon name="clip" />
    </label>
  );
}

/** The line. Who is not in the channel is asked to join it first. */
export function Composer({ channel, me, state, threadTs }: Props) {
  const [trouble, setTrouble] = useState('');
  const { command, shortcuts } = state.app;
  const place = `${channel.kind === 'im' ? '' : '#'}${channelName(state, channel, me)}`;
  const say = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const text = String(new FormData(form).get('text') ?? '').trim();
    if (text === '') return;
    form.reset();
    const { seen } = await act('/say', { user: me, channel: channel.id, text, ...(threadTs ? { threadTs } : {}) });
    setTrouble(seen.kind === 'error' ? seen.text : '');
  };
  if (channel.archived) return <p className="composer note">This channel is archived.</p>;
  if (!channel.members.includes(me))
    return (
      <div className="composer note">
        <span>You are looking at {place}, and are not in it.</span>
        <button type="button" className="button" onClick={() => act('/join', { user: me, channel: channel.id })}>
          Join
        </button>
      </div>
    );
  const hint = threadTs === undefined ? `Message ${place}, or ${command} help` : 'Reply in the thread';
  return (
    <form className="composer" onSubmit={say}>
      {threadTs === undefined ? (
        <>
          <Menu
            label="Shortcuts"
            className="tool"
            items={shortcuts
              .filter(({ type }) => type === 'global')
              .map(({ name, callbackId }) => ({
                label: name,
                run: () => void act('/shortcut', { user: me, callbackId }),
              }))}
          >
            <Icon name="plus" />
          </Menu>
          <AttachFile channel={channel} me={me} />
        </>
      ) : null}
      <input
        name="text"
        aria-label={threadTs === undefined ? 'Message' : 'Reply'}
        placeholder={hint}
        autoComplete="off"
      />
      <button type="submit" className="button">
        Send
      </button>
      {trouble ? (
        <span className="fault" role="alert">
          {trouble}
        </span>
      ) : null}
    </form>
  );
}
