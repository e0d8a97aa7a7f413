// Who may go on next, in a world of simulated processes: every message between a process and what is outside it waits here until a
// seeded random number chooses it. The same seed gives the same world.

/** Seeded randomness (mulberry32). */
export class Chance {
  #state: number;
  constructor(seed: number) {
    this.#state = seed;
  }
  /** A number in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }
  oneIn(n: number): boolean {
    return this.below(n) === 0;
  }
  pick<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)];
  }
}

/** Messages under way. A process that is dead never hears of its own again; one that hangs, later. */
export class Turns {
  readonly #waiting: { readonly process: string; readonly go: () => void }[] = [];
  readonly dead = new Set<string>();
  readonly hanging = new Set<string>();

  /** Resolves when it is this message's turn. */
  take(process: string): Promise<void> {
    return new Promise((go) => this.#waiting.push({ process, go }));
  }

  get ready(): number {
    return this.#open().length;
  }

  #open() {
    return this.#waiting.filter(({ process }) => !this.dead.has(process) && !this.hanging.has(process));
  }

  /** Lets one message through and everything that follows from it in its process happen. */
  async letOneGo(chance: Chance): Promise<boolean> {
    const next = chance.pick(this.#open());
    if (!next) return false;
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    next.go();
    await followed();
    return true;
  }

  /** What is read as a stream takes one turn. */
  async *#inTurn(process: string, read: () => AsyncIterable<unknown>): AsyncGenerator<unknown> {
    await this.take(process);
    yield* read();
  }

  /** The port as it is seen from a process: every call takes its turn, and so does the answer of a call that writes. */
  remote<T extends object>(process: string, port: T): T {
    return new Proxy(port, {
      get: (target, key) => {
        const method: unknown = Reflect.get(target, key);
        if (typeof method !== 'function') return method;
        if (key === 'readStream' || key === 'streamIds')
          return (...args: unknown[]) =>
            this.#inTurn(process, () => Reflect.apply(method, target, args) as AsyncIterable<unknown>);
        return async (...args: unknown[]) => {
          await this.take(process);
          const answer: unknown = await Reflect.apply(method, target, args);
          if (key === 'append' || key === 'appendTogether') await this.take(process);
          return answer;
        };
      },
    });
  }
}

/** Everything that waits for nothing outside has happened. */
export const followed = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
