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
export type HeldRoom = {
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
  }) => Promise<HeldRoom | NoRoom>;
};

type Asked = Parameters<Room['take']>[0];
type Waiting = { readonly bytes: number; readonly grant: () => void };
type Sender = { readonly name: string; bytes: number; requests: number; readonly waiting: Waiting[] };
type Reading = { atMs: number; readonly giveUp: () => void };
/** Who holds what of the room, and who waits for it. */
type Occupancy = {
  readonly bound: RoomBound;
  readonly nowMs: () => number;
  readonly senders: Map<string, Sender>;
  readonly reading: Set<Reading>;
  bytes: number;
  watch: NodeJS.Timeout | null;
};

/** Every request costs this much at least, in bytes: its head, and what we make of it. */
const leastBytes = 4096;

/** Makes room. `nowMs`: any clock that never goes back. */
export function createRoom(bound: RoomBound, nowMs: () => number = () => performance.now()): Room {
  const room: Occupancy = { bound, nowMs, senders: new Map(), reading: new Set(), bytes: 0, watch: null };
  return {
    take(asked) {
      // What is larger than all the room there is for one sender would wait for ever.
      const size = Math.min(Math.max(asked.bytes, leastBytes), bound.maxBytesPerSender, bound.maxBytes);
      const sender = senderOf(room, asked.sender);
      const isFree = sender.waiting.length === 0 && mayTakeMore(room, sender, size);
      if (isFree && room.bytes + size <= bound.maxBytes)
        return Promise.resolve(hold(room, sender, { ...asked, bytes: size }));
      if (sender.waiting.length >= bound.maxWaitingPerSender) return Promise.resolve('full');
      return wait(room, sender, { ...asked, bytes: size });
    },
  };
}

function senderOf({ senders }: Occupancy, name: string): Sender {
  const sender = senders.get(name) ?? { name, bytes: 0, requests: 0, waiting: [] };
  senders.set(name, sender);
  return sender;
}

function forget({ senders }: Occupancy, { name, requests, waiting }: Sender): void {
  if (requests === 0 && waiting.length === 0) senders.delete(name);
}

const mayTakeMore = ({ bound }: Occupancy, sender: Sender, size: number): boolean =>
  sender.bytes + size <= bound.maxBytesPerSender && sender.requests < bound.maxRequestsPerSender;

/** Gives room to whoever waits: first to the sender that holds least. */
function serve(room: Occupancy): void {
  const { senders, bound } = room;
  for (;;) {
    const [next] = [...senders.values()]
      .filter((sender) => sender.waiting[0] && mayTakeMore(room, sender, sender.waiting[0].bytes))
      .sort((a, b) => a.bytes - b.bytes);
    const first = next?.waiting[0];
    // A large body is not passed over for ever: what becomes free is kept for it.
    if (!next || !first || room.bytes + first.bytes > bound.maxBytes) break;
    next.waiting.shift();
    first.grant();
  }
  const someWait = [...senders.values()].some(({ waiting }) => waiting.length > 0);
  if (someWait) room.watch ??= setInterval(() => takeAway(room), Math.max(10, bound.silentMs / 4)).unref();
  else if (room.watch) {
    clearInterval(room.watch);
    room.watch = null;
  }
}

/** Takes room away from those that hold it and send nothing. */
function takeAway({ reading, nowMs, bound }: Occupancy): void {
  const latest = nowMs() - bound.silentMs;
  const silent = [...reading].filter(({ atMs }) => atMs <= latest).map((one) => ({ one, atMs: one.atMs }));
  // Where we were the ones that did not come round to reading, what has come is read before this looks again.
  setImmediate(() =>
    setImmediate(() => {
      for (const { one, atMs } of silent) if (reading.has(one) && one.atMs === atMs) one.giveUp();
    }),
  );
}

function hold(room: Occupancy, sender: Sender, { bytes, onGivenUp }: Asked): HeldRoom {
  const { reading, senders, nowMs } = room;
  senders.set(sender.name, sender);
  sender.bytes += bytes;
  sender.requests += 1;
  room.bytes += bytes;
  let released = false;
  function release(): void {
    if (released) return;
    released = true;
    reading.delete(own);
    sender.bytes -= bytes;
    sender.requests -= 1;
    room.bytes -= bytes;
    forget(room, sender);
    serve(room);
  }
  const own: Reading = {
    atMs: nowMs(),
    giveUp() {
      release();
      onGivenUp();
    },
  };
  reading.add(own);
  return {
    progressed() {
      own.atMs = nowMs();
    },
    complete: () => void reading.delete(own),
    release,
  };
}

function wait(room: Occupancy, sender: Sender, asked: Asked): Promise<HeldRoom | NoRoom> {
  return new Promise((resolve) => {
    const entry: Waiting = {
      bytes: asked.bytes,
      grant() {
        stop();
        resolve(hold(room, sender, asked));
      },
    };
    const leave = (why: NoRoom) => {
      stop();
      sender.waiting.splice(sender.waiting.indexOf(entry), 1);
      forget(room, sender);
      serve(room);
      resolve(why);
    };
    const onGone = () => leave('gone');
    const timer = setTimeout(() => leave('full'), room.bound.waitMs).unref();
    const stop = () => {
      clearTimeout(timer);
      asked.gone.removeEventListener('abort', onGone);
    };
    asked.gone.addEventListener('abort', onGone);
    sender.waiting.push(entry);
    serve(room);
  });
}
