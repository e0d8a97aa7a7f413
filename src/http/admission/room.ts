// Room for bodies: how many bytes of them are in memory at the same time, for each sender and for all. Who finds no room waits; who
// holds room and sends nothing gives it up while others wait. Knows no HTTP.

/** The bounds, bytes and milliseconds. */
export type RoomBound = {
  readonly maxBytes: number;
  /** Of one sender, so that there is always room for another. */
  readonly maxBytesPerSender: number;
  /** Requests of one sender that hold room at the same time. */
  readonly maxRequestsPerSender: number;
  /** Requests of one sender that may wait for room. */
  readonly maxWaitingPerSender: number;
  /** After this long without room a request is told to come again. */
  readonly waitMs: number;
  /** Who holds room, reads on and has got no byte for this long gives it up as soon as another waits. */
  readonly silentMs: number;
};

/** Room that one request holds. */
export type Held = {
  /** More of the body has come. */
  readonly progressed: () => void;
  /** All of the body is there: it is ours to deal with now, and nobody takes the room away. */
  readonly complete: () => void;
  /** Gives the room back; more than once is once. */
  readonly release: () => void;
};

/** Why there is no room for a request. */
type NoRoom = 'full' | 'gone';

/** Room for the bodies of many senders. */
export type Room = {
  /**
   * Waits for room; fair between senders, first come first served for each.
   * @param ask.onGivenUp called when the room is taken away again, because others wait and nothing comes
   * @param ask.gone aborts the wait: the sender went away
   */
  readonly take: (ask: {
    readonly sender: string;
    readonly bytes: number;
    readonly onGivenUp: () => void;
    readonly gone: AbortSignal;
  }) => Promise<Held | NoRoom>;
};

type Waiting = { readonly bytes: number; readonly grant: () => void };
type Sender = { bytes: number; requests: number; readonly waiting: Waiting[] };
type Reading = { atMs: number; readonly giveUp: () => void };

/** Every request costs this much at least, in bytes: its head, and what we make of it. */
const leastBytes = 4096;

/** Makes room. */
export function createRoom(bound: RoomBound, nowMs: () => number = () => performance.now()): Room {
  const senders = new Map<string, Sender>();
  const reading = new Set<Reading>();
  let bytes = 0;
  let watch: NodeJS.Timeout | null = null;

  const senderOf = (name: string): Sender => {
    const known = senders.get(name) ?? { bytes: 0, requests: 0, waiting: [] };
    senders.set(name, known);
    return known;
  };
  const mayTakeMore = (sender: Sender, size: number) =>
    sender.bytes + size <= bound.maxBytesPerSender && sender.requests < bound.maxRequestsPerSender;

  /** Gives room to whoever waits: first to the sender that holds least. */
  function serve(): void {
    for (;;) {
      const [next] = [...senders.values()]
        .filter((sender) => sender.waiting[0] && mayTakeMore(sender, sender.waiting[0].bytes))
        .sort((a, b) => a.bytes - b.bytes);
      const first = next?.waiting[0];
      // A large body is not passed over for ever: what becomes free is kept for it.
      if (!next || !first || bytes + first.bytes > bound.maxBytes) break;
      next.waiting.shift();
      first.grant();
    }
    const someWait = [...senders.values()].some(({ waiting }) => waiting.length > 0);
    if (!someWait && watch) {
      clearInterval(watch);
      watch = null;
    } else if (someWait) watch ??= setInterval(takeAway, Math.max(10, bound.silentMs / 4)).unref();
  }

  /** Takes room away from those that hold it and send nothing. */
  function takeAway(): void {
    const latest = nowMs() - bound.silentMs;
    for (const one of [...reading]) if (one.atMs <= latest) one.giveUp();
  }

  function hold(name: string, size: number, onGivenUp: () => void): Held {
    const sender = senderOf(name);
    sender.bytes += size;
    sender.requests += 1;
    bytes += size;
    let released = false;
    const own: Reading = { atMs: nowMs(), giveUp };
    function giveUp(): void {
      release();
      onGivenUp();
    }
    reading.add(own);
    function release(): void {
      if (released) return;
      released = true;
      reading.delete(own);
      sender.bytes -= size;
      sender.requests -= 1;
      bytes -= size;
      if (sender.requests === 0 && sender.waiting.length === 0) senders.delete(name);
      serve();
    }
    return {
      progressed: () => {
        own.atMs = nowMs();
      },
      complete: () => void reading.delete(own),
      release,
    };
  }

  return {
    take({ sender: name, bytes: asked, onGivenUp, gone }) {
      // What is larger than all the room there is for one sender would wait for ever.
      const size = Math.min(Math.max(asked, leastBytes), bound.maxBytesPerSender, bound.maxBytes);
      const sender = senderOf(name);
      const isFree = sender.waiting.length === 0 && mayTakeMore(sender, size) && bytes + size <= bound.maxBytes;
      if (isFree) return Promise.resolve(hold(name, size, onGivenUp));
      if (sender.waiting.length >= bound.maxWaitingPerSender) return Promise.resolve('full');
      return new Promise((resolve) => {
        const entry: Waiting = {
          bytes: size,
          grant: () => {
            stop();
            resolve(hold(name, size, onGivenUp));
          },
        };
        const leave = (why: NoRoom) => {
          stop();
          sender.waiting.splice(sender.waiting.indexOf(entry), 1);
          if (sender.requests === 0 && sender.waiting.length === 0) senders.delete(name);
          serve();
          resolve(why);
        };
        const onGone = () => leave('gone');
        const timer = setTimeout(() => leave('full'), bound.waitMs).unref();
        const stop = () => {
          clearTimeout(timer);
          gone.removeEventListener('abort', onGone);
        };
        gone.addEventListener('abort', onGone);
        sender.waiting.push(entry);
        serve();
      });
    },
  };
}
