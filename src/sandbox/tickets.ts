// What Slack hands out for a short time or for few uses: triggers, response URLs, upload addresses, socket addresses.

/** Where answers to a response URL go. `ts` is the message that was clicked; a command has none. */
export type ResponseTarget = {
  readonly channel: string;
  readonly user: string;
  readonly ts: string | null;
  readonly threadTs?: string;
};

/** Everything handed out so far. Ids cannot be guessed. */
export type Tickets = {
  /** Three seconds, once; bound to who acted, and to the modal in which they did. */
  readonly newTrigger: (user: string, viewId?: string) => string;
  /** Uses the trigger up; a string is the error code of `views.open`. */
  readonly takeTrigger: (id: string) => { readonly user: string; readonly viewId: string | null } | string;
  /** Five uses within thirty minutes. */
  readonly newResponse: (target: ResponseTarget) => string;
  /** Counts a use; a string says why there is none left. */
  readonly takeResponse: (id: string) => ResponseTarget | string;
  readonly newUpload: (fileId: string) => string;
  readonly fileOfUpload: (id: string) => string | null;
  /** The address of one socket, good once. */
  readonly newLink: () => string;
  readonly takeLink: (id: string) => boolean;
};

const triggerMs = 3000;
const responseMs = 30 * 60_000;
const responseUses = 5;

/** Nothing handed out yet. */
export function createTickets(nowMs: () => number, random: () => string): Tickets {
  const triggers = new Map<string, { user: string; viewId: string | null; bornMs: number; used: boolean }>();
  const responses = new Map<string, { target: ResponseTarget; bornMs: number; uses: number }>();
  const uploads = new Map<string, string>();
  const links = new Set<string>();
  return {
    newTrigger(user, viewId) {
      const id = `${nowMs()}.${triggers.size + 1}.${random()}`;
      triggers.set(id, { user, viewId: viewId ?? null, bornMs: nowMs(), used: false });
      return id;
    },
    takeTrigger(id) {
      const trigger = triggers.get(id);
      if (!trigger) return 'invalid_trigger_id';
      if (trigger.used) return 'exchanged_trigger_id';
      if (nowMs() - trigger.bornMs > triggerMs) return 'expired_trigger_id';
      trigger.used = true;
      return { user: trigger.user, viewId: trigger.viewId };
    },
    newResponse(target) {
      const id = random();
      responses.set(id, { target, bornMs: nowMs(), uses: 0 });
      return id;
    },
    takeResponse(id) {
      const response = responses.get(id);
      if (!response) return 'invalid_url';
      if (nowMs() - response.bornMs > responseMs) return 'expired_url';
      if (response.uses >= responseUses) return 'used_url';
      response.uses += 1;
      return response.target;
    },
    newUpload(fileId) {
      const id = random();
      uploads.set(id, fileId);
      return id;
    },
    fileOfUpload: (id) => uploads.get(id) ?? null,
    newLink() {
      const id = random();
      links.add(id);
      return id;
    },
    takeLink: (id) => links.delete(id),
  };
}
