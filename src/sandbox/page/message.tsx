// One message: its blocks, or its text. Buttons click as the person who is chosen.
import { useState } from 'react';
import { ConfirmDialog } from './confirm.tsx';
import { Mrkdwn } from './mrkdwn.tsx';
import { act, type ShownBlock, type ShownChannel, type ShownElement, type ShownMessage, type State } from './state.ts';

type Props = {
  readonly message: ShownMessage;
  readonly channel: ShownChannel;
  readonly me: string;
  readonly state: State;
};

function Button({ element, message, channel, me }: { readonly element: ShownElement } & Omit<Props, 'state'>) {
  const [busy, setBusy] = useState(false);
  const [isAsking, setIsAsking] = useState(false);
  const [trouble, setTrouble] = useState('');
  const click = async () => {
    setBusy(true);
    const place = { channel: channel.id, ts: message.ts, actionId: element.action_id, value: element.value };
    const { seen } = await act('/click', { user: me, ...place });
    setTrouble(seen?.kind === 'error' ? seen.text : '');
    setBusy(false);
  };
  const ask = () => (element.confirm ? setIsAsking(true) : click());
  const answer = (yes: boolean) => {
    setIsAsking(false);
    if (yes) void click();
  };
  return (
    <>
      <button type="button" className={`button ${element.style ?? ''}`} disabled={busy} onClick={ask}>
        {element.text?.text}
      </button>
      {element.confirm && isAsking ? <ConfirmDialog confirm={element.confirm} onAnswer={answer} /> : null}
      {trouble ? <span className="fault">{trouble}</span> : null}
    </>
  );
}

function BlockView({ block, ...props }: { readonly block: ShownBlock } & Props) {
  if (block.type !== 'actions') return <TextBlock block={block} state={props.state} />;
  return (
    <div className="block actions">
      {block.elements?.map((element) => (
        <Button key={element.action_id} element={element as ShownElement} {...props} />
      ))}
    </div>
  );
}

/** A block that is there to be read, in a message or a form. */
export function TextBlock({ block, state }: { readonly block: ShownBlock; readonly state: State }) {
  switch (block.type) {
    case 'header':
      return <div className="block header">{block.text?.text}</div>;
    case 'section':
      return (
        <div className="block">
          <Mrkdwn text={block.text?.text ?? ''} state={state} />
          {block.fields?.map((field, i) => (
            <div key={`${block.block_id}${i}`}>
              <Mrkdwn text={field.text} state={state} />
            </div>
          ))}
        </div>
      );
    case 'context':
      return (
        <div className="block context">
          {block.elements?.map((element, i) => (
            <Mrkdwn
              key={`${block.block_id}${i}`}
              text={typeof element.text === 'string' ? element.text : ''}
              state={state}
            />
          ))}
        </div>
      );
    case 'divider':
      return <hr />;
    default:
      return <div className="block context">[{block.type}]</div>;
  }
}

/** A message as people see it. */
export function MessageView(props: Props) {
  const { message, state } = props;
  const user = state.users.find(({ id }) => id === message.user);
  const at = new Date(Number(message.ts.split('.')[0]) * 1000).toLocaleTimeString([], {
    hour: '2-digit',
    minute: '2-digit',
  });
  return (
    <article
      className={`message ${message.threadTs ? 'reply' : ''} ${message.onlyFor ? 'own' : ''}`}
      data-testid={`message-${message.ts}`}
    >
      <div className={`face ${user?.isBot ? 'bot' : ''}`} aria-hidden="true">
        {(user?.name ?? '?')[0]?.toUpperCase()}
      </div>
      <div>
        <div className="who">
          <b>{user?.realName ?? message.user}</b>
          <small>{at}</small>
        </div>
        {message.onlyFor ? <div className="only">Only visible to you</div> : null}
        {message.blocks ? (
          message.blocks.map((block, i) => (
            <BlockView key={`${block.block_id ?? block.type}${i}`} block={block} {...props} />
          ))
        ) : (
          <div className="block">
            <Mrkdwn text={message.text} state={state} />
          </div>
        )}
        {message.notified.length > 0 ? (
          <div className="only">
            notified {message.notified.map((id) => state.users.find((one) => one.id === id)?.realName ?? id).join(', ')}
          </div>
        ) : null}
        {message.files?.map(({ id, name }) => (
          <div key={id} className="block">
            <a href={`/files/${id}`}>{name}</a>
          </div>
        ))}
      </div>
    </article>
  );
}
