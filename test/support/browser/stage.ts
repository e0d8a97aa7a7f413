// A person at the sandbox's page in front of a real Firebreak, for journeys: alerts fire, channels open, buttons are pressed. Buttons and
// words are found by their meaning, so that a message may be laid out anew.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { vi } from 'vitest';
import type { Channel } from '../../../src/sandbox/entities.ts';
import type { SandboxOptions } from '../../../src/sandbox/types.ts';
import { launchChromium } from '../cluster/chromium.ts';
import { createFirebreak, type Firebreak } from '../cluster/firebreak-process.ts';

const folder = new URL('../../browser/', import.meta.url);

/** What playbooks act on: it counts what reached each path. `/lost` never answers, `/fails` refuses, `/fails-once` refuses the first call. */
async function startServices() {
  const reached: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    reached.push(path);
    request.resume();
    if (path === '/lost') return void request.socket.destroy();
    const isFirst = reached.filter((one) => one === path).length === 1;
    const fails = path === '/fails' || (path === '/fails-once' && isFirst);
    response.writeHead(fails ? 400 : 200, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reached: (path: string) => reached.filter((one) => one === path).length,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Everything that a file of journeys needs, once. */
export type Stage = {
  readonly firebreak: Firebreak;
  readonly reached: (path: string) => number;
  /** Fires an alert of this name; answers the channel of its incident. */
  readonly fire: (alertname: string) => Promise<Channel>;
  /** Resolves the last alert of this name. */
  readonly resolve: (alertname: string) => Promise<void>;
  /** A person at the page, looking at a channel. */
  readonly person: (name: string, channel: Channel) => Promise<Person>;
  readonly close: () => Promise<void>;
};

/** Starts a Firebreak, its services and a browser. `workspace`: what the app is set up with in Slack. */
export async function startStage(workspace: Pick<SandboxOptions, 'shortcuts' | 'events'> = {}): Promise<Stage> {
  const [browser, services, firebreak] = await Promise.all([
    launchChromium(),
    startServices(),
    createFirebreak(
      {
        FIREBREAK_CONFIG: fileURLToPath(new URL('firebreak.yaml', folder)),
        FIREBREAK_PLAYBOOKS: fileURLToPath(new URL('playbooks', folder)),
      },
      workspace,
    ),
  ]);
  await firebreak.start();
  const { sandbox } = firebreak;
  const fired = new Map<string, string>();
  const send = (alertname: string, id: string, status: 'firing' | 'resolved') =>
    firebreak.alert(services.url, { alertname, id, severity: 'critical' }, status);
  return {
    firebreak,
    reached: services.reached,
    async fire(alertname) {
      const known = new Set(sandbox.workspace.channels.keys());
      const id = `${alertname}-${fired.size}`;
      fired.set(alertname, id);
      await send(alertname, id, 'firing');
      return sandbox.waitFor(
        () => [...sandbox.workspace.channels.values()].find((one) => !known.has(one.id) && one.kind === 'public'),
        30_000,
      );
    },
    async resolve(alertname) {
      await send(alertname, fired.get(alertname) ?? '', 'resolved');
    },
    person: (name, { name: channel }) => openPage(browser, { url: sandbox.url, name, channel }),
    async close() {
      await browser.close();
      await firebreak.close();
      services.close();
    },
  };
}

/** What says yes to a question: the button of the same name, else its main one. */
const answering = (question: Locator, named: RegExp): Locator =>
  question.getByRole('button', { name: named }).or(question.locator('button[type=submit], button.primary')).first();

/** Whether it is there, or comes within a moment. */
const appears = (question: Locator): Promise<boolean> =>
  question.waitFor({ timeout: 700 }).then(
    () => true,
    () => false,
  );

/** Somebody at the page. */
export type Person = {
  readonly page: Page;
  /** Becomes somebody else on the same page. */
  readonly become: (name: string) => Promise<void>;
  /** Waits until a message says this. */
  readonly reads: (words: RegExp) => Promise<void>;
  /** A button in a message of the channel; the newest of that name. */
  readonly button: (name: RegExp) => Locator;
  /** Presses a button, and the same again in the question that may come first, with a reason where one is asked. */
  readonly presses: (name: RegExp, reason?: string) => Promise<void>;
  /** What the browser complained of. */
  readonly complaints: readonly string[];
};

/** Opens the page of a sandbox as somebody who looks at a channel. */
export async function openPage(
  browser: Browser,
  { url, name, channel }: { readonly url: string; readonly name: string; readonly channel: string },
): Promise<Person> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  await page.getByTestId(`user-${name}`).click();
  await page.getByTestId(`channel-${channel}`).click();
  const log = page.getByRole('log');
  const button = (named: RegExp) => log.getByRole('button', { name: named }).last();
  const question = page.getByRole('dialog').or(page.getByRole('alertdialog'));
  return {
    page,
    complaints,
    button,
    become: (other) => page.getByTestId(`user-${other}`).click(),
    async reads(words) {
      await log.getByText(words).last().waitFor();
    },
    async presses(named, reason) {
      const before = await log.textContent();
      await button(named).click();
      // Either something is asked now, or the click has done its work, which the channel shows.
      const isAsked = async () => (await question.count()) > 0;
      await vi.waitUntil(async () => (await isAsked()) || (await log.textContent()) !== before, { timeout: 30_000 });
      while (await appears(question)) {
        if (reason !== undefined)
          for (const field of await question.getByRole('textbox').all()) await field.fill(reason);
        await answering(question, named).click();
        await question.waitFor({ state: 'hidden' });
      }
    },
  };
}
