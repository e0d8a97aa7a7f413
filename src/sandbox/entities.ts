// The things of the stand-in workspace: people, channels, messages, views, files, and what happens to them. Types only.

/** A person of the workspace. `id` starts with `U`. */
export type SeedUser = {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly title?: string;
  readonly email?: string;
  readonly deleted?: boolean;
};

/** A user group, which mentions name as `<!subteam^ID>`. */
export type SeedGroup = { readonly id: string; readonly handle: string; readonly users: readonly string[] };

/** Any object of Slack's. */
export type SlackObject = { readonly [name: string]: unknown };
/** A block as it is kept: every block has an id, and every element that acts has one too. */
export type Block = { readonly type: string; readonly block_id: string; readonly [name: string]: unknown };
/** A person, or the bot. */
export type User = SeedUser & {
  readonly email: string;
  readonly title: string;
  readonly isBot: boolean;
  deleted: boolean;
};
/** One emoji under a message, and who put it there. */
type Reaction = { readonly name: string; readonly users: string[] };
/** What can be posted. */
export type Content = {
  text: string;
  blocks?: readonly Block[];
  attachments?: readonly SlackObject[];
  metadata?: SlackObject;
};
/** A message as it stands in its channel. */
export type Message = Content & {
  /** Seconds with six decimals, unique in the workspace: a string, never a number. */
  readonly ts: string;
  readonly user: string;
  /** The parent's `ts`, on replies. */
  readonly threadTs?: string;
  /** A reply that is also shown in the channel. */
  readonly broadcast?: boolean;
  /** The only person who sees it. */
  readonly onlyFor?: string;
  readonly subtype?: string;
  readonly files?: readonly string[];
  readonly inviter?: string;
  /** The people whom it notified when it was posted; an edit notifies nobody. */
  readonly notified: readonly string[];
  edited?: string;
  reactions: Reaction[];
  /** Blocks that stood here before: they may still be on somebody's screen. */
  readonly earlierBlocks: (readonly Block[])[];
};
/** A link at the top of a channel. */
type Bookmark = { readonly id: string; title: string; link: string; emoji?: string };
/** A channel or a direct conversation. */
export type Channel = {
  readonly id: string;
  name: string;
  readonly kind: 'public' | 'private' | 'im' | 'mpim';
  readonly creator: string;
  readonly createdMs: number;
  readonly members: Set<string>;
  topic: string;
  purpose: string;
  archived: boolean;
  readonly messages: Message[];
  readonly pins: Set<string>;
  readonly bookmarks: Bookmark[];
  /** How far each person has read, by the `ts` of the last message. */
  readonly read: Map<string, string>;
};
/** A modal or Home tab as one person has it before them. */
export type View = {
  readonly id: string;
  readonly user: string;
  readonly rootId: string;
  readonly previousId: string | null;
  /** What the app sent, with ids filled in. */
  view: SlackObject & { readonly type: string; readonly blocks: readonly Block[] };
  hash: string;
  /** What has been entered so far, as `view.state.values`. */
  values: { readonly [blockId: string]: { readonly [actionId: string]: SlackObject } };
};
/** A file, from the moment its upload was announced. */
export type File = {
  readonly id: string;
  readonly name: string;
  title: string;
  readonly size: number;
  /** Null until the bytes have come. */
  content: Buffer | null;
  readonly uploader: string;
  completed: boolean;
  readonly channels: string[];
};

/** What happened, for whoever tells the app. */
export type Happening =
  | { readonly type: 'message'; readonly channel: Channel; readonly message: Message }
  | {
      readonly type: 'message_changed';
      readonly channel: Channel;
      readonly message: Message;
      readonly previous: Message;
    }
  | { readonly type: 'message_deleted'; readonly channel: Channel; readonly previous: Message }
  | { readonly type: 'left'; readonly channel: Channel; readonly user: string }
  | { readonly type: 'joined'; readonly channel: Channel; readonly user: string; readonly inviter: string | null }
  | {
      readonly type: 'reaction_added' | 'reaction_removed';
      readonly channel: Channel;
      readonly message: Message;
      readonly user: string;
      readonly name: string;
    }
  | { readonly type: 'archived'; readonly channel: Channel; readonly user: string }
  /** `view` is what the tab shows; nothing before the first publication. */
  | { readonly type: 'home_opened'; readonly user: string; readonly channel: Channel; readonly view?: View };

/** A message that is to be posted. */
export type NewMessage = Content & {
  readonly user: string;
  readonly threadTs?: string;
  readonly broadcast?: boolean;
  readonly onlyFor?: string;
  readonly subtype?: string;
  readonly files?: readonly string[];
  readonly inviter?: string;
};
