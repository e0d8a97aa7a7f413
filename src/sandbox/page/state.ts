// What the page knows of the workspace, and how it learns of changes. Holds no view.
import { useEffect, useState } from 'react';

type Text = { readonly text: string };
/** What an element asks before it acts. */
export type Confirm = {
  readonly title?: Text;
  readonly text: Text;
  readonly confirm?: Text;
  readonly deny?: Text;
  readonly style?: string;
};
/** An element of a block that can be used. */
export type ShownElement = {
  readonly type: string;
  readonly action_id?: string;
  readonly style?: string;
  readonly value?: string;
  readonly text?: Text;
  readonly confirm?: Confirm;
};
/** A block of a message or a form; the parts of it that are drawn. */
export type ShownBlock = {
  readonly type: string;
  readonly block_id?: string;
  readonly text?: Text;
  readonly label?: Text;
  readonly hint?: Text;
  readonly optional?: boolean;
  readonly elements?: readonly (ShownElement & { readonly text?: Text | string })[];
  readonly fields?: readonly Text[];
  readonly element?: Input;
};
type Option = { readonly text: Text; readonly value: string };
/** What can be entered in a block of a form. */
export type Input = {
  readonly type: string;
  readonly action_id: string;
  readonly initial_value?: string;
  readonly initial_option?: Option;
  readonly multiline?: boolean;
  readonly options?: readonly Option[];
};
/** A message as the page draws it. */
export type ShownMessage = {
  readonly ts: string;
  readonly user: string;
  readonly text: string;
  readonly blocks?: readonly ShownBlock[];
  readonly threadTs?: string;
  readonly onlyFor?: string;
  /** The people whom it notified when it was posted. */
  readonly notified: readonly string[];
  readonly files?: readonly { readonly id: string; readonly name: string }[];
};
/** A channel with its messages, the oldest first. */
export type ShownChannel = {
  readonly id: string;
  readonly name: string;
  readonly topic: string;
  readonly members: readonly string[];
  readonly messages: readonly ShownMessage[];
};
/** A form that somebody has open. */
export type ShownView = {
  readonly id: string;
  readonly user: string;
  readonly view: {
    readonly title: Text;
    readonly submit?: Text;
    readonly close?: Text;
    readonly blocks: readonly ShownBlock[];
  };
};
/** What the page knows of the workspace. */
export type State = {
  readonly users: readonly {
    readonly id: string;
    readonly name: string;
    readonly realName: string;
    readonly title: string;
    readonly isBot: boolean;
  }[];
  readonly groups: readonly { readonly id: string; readonly handle: string }[];
  readonly channels: readonly ShownChannel[];
  readonly views: readonly ShownView[];
};

/** The workspace, read anew after every change. */
export function useWorkspace(): State | null {
  const [state, setState] = useState<State | null>(null);
  useEffect(() => {
    const events = new EventSource('/events');
    let reading = false;
    let again = false;
    const read = async () => {
      if (reading) {
        again = true;
        return;
      }
      reading = true;
      do {
        again = false;
        setState((await (await fetch('/state')).json()) as State);
      } while (again);
      reading = false;
    };
    events.onmessage = () => void read();
    return () => events.close();
  }, []);
  return state;
}

/** What a person sees of it at once. */
export type SeenAtOnce =
  | { readonly kind: 'nothing' | 'message' | 'view' }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'field_errors'; readonly errors: { readonly [block: string]: string } };

/** Does something as a person would. */
export async function act(path: string, body: unknown): Promise<{ seen?: SeenAtOnce }> {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as { seen?: SeenAtOnce };
}
