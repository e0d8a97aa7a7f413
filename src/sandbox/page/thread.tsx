// A message with its thread: how many answered and when, the answers once it is opened, and a line to answer in.
import { useState } from 'react';
import { Composer } from './composer.tsx';
import { MessageView } from './message.tsx';
import { type ShownChannel, type ShownMessage, type State, timeOf } from './state.ts';

type Props = {
  readonly root: ShownMessage;
  readonly replies: readonly ShownMessage[];
  readonly channel: ShownChannel;
  readonly me: string;
  readonly state: State;
};

/** A message of the channel, with what was answered to it folded away as in Slack. */
export function Thread({ root, replies, channel, me, state }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const last = replies.at(-1);
  const place = { channel, me, state };
  const unread = replies.some(({ ts, notified }) => ts > (channel.read[me] ?? '') && notified.includes(me));
  return (
    <>
      <MessageView message={root} {...place} onThread={() => setIsOpen(!isOpen)} />
      {last ? (
        <button
          type="button"
          className={`thread ${unread ? 'unread' : ''}`}
          aria-expanded={isOpen}
          onClick={() => setIsOpen(!isOpen)}
        >
          {replies.length === 1 ? '1 reply' : `${replies.length} replies`} <small>last {timeOf(last.ts)}</small>
        </button>
      ) : null}
      {isOpen ? (
        <div className="replies">
          {replies.map((message) => (
            <MessageView key={message.ts} message={message} {...place} />
          ))}
          <Composer {...place} threadTs={root.ts} />
        </div>
      ) : null}
    </>
  );
}
