// What the page of an incident costs in a real Chromium, on a real Firebreak: until it can be used, and while one scrolls, for a short record
// and a long one. Beside the time that passed, the processor time of the page's main thread: it does not grow with what else the machine does.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { chromium } from 'playwright-core';
import { evolveIncident } from '../dist/core/incident/evolve.js';
import { linkEvents } from '../dist/core/timeline/chain.js';
import { realRuntime } from '../dist/platform/runtime.js';
import { openStore } from '../dist/store/open.js';
import { startApart } from './apart.mjs';
import { rowsOf, startDatabase } from './database.mjs';
import { percentile, postAlert, prepare, until } from './firebreak.mjs';

/** For a quick look: BENCH_PAGE_EVENTS=10000. */
const long = Number(process.env.BENCH_PAGE_EVENTS ?? 100_000);
const short = 1000;
/** Frames of one stretch of scrolling, and pixels of each: past the end of a page of entries. */
const frames = 180;
const stepPx = 120;
const frameMs = 1000 / 60;
const openings = 5;

const ana = { kind: 'user', id: 'U0ANA', name: 'Ana Duarte' };

/** What is said and repeated in a long incident. */
const filler = (fingerprint, n, at) => ({
  at,
  cause: `dlv_${n}`,
  ...(n % 2 === 0
    ? {
        type: 'note.added',
        actor: ana,
        data: { text: `Looked at pool ${n % 50}: ${n} connections are taken, nobody is at work on it` },
      }
    : {
        type: 'alert.repeated',
        actor: { kind: 'alert', id: 'am' },
        data: { fingerprint, count: n, receipt: `dlv_${n}` },
      }),
});

/** Lengthens an incident to so many events, in the way of the program itself. */
async function lengthen(store, id, count) {
  for (;;) {
    const loaded = await store.events.loadIncident(id);
    const missing = Math.min(2000, count - loaded.head.version);
    if (missing <= 0) return;
    const [fingerprint] = Object.keys(loaded.incident.alerts);
    const at = new Date().toISOString();
    const given = Array.from({ length: missing }, (_, n) => filler(fingerprint, loaded.head.version + n, at));
    const events = linkEvents(id, loaded.head, given);
    const { seq, hash } = events.at(-1);
    await store.events.append({
      stream: 'incident',
      incident: events.reduce(evolveIncident, loaded.incident),
      incidentChanged: true,
      incidentWakeAt: null,
      head: { version: seq, hash },
      expected: loaded.head,
      events,
      runs: [],
      alerts: [],
      receipts: [],
    });
  }
}

/** Processor time of the page's main thread so far, in milliseconds. */
async function workOf(session) {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'ThreadTime').value * 1000;
}

/**
 * Runs in the page before anything of it: notes when head, swimlane, story and ledger have been drawn. The page looks itself, each frame:
 * what asks from outside asks twice a second.
 */
function watch() {
  const part = (title) =>
    [...document.querySelectorAll('h2')].find((one) => one.textContent.trim() === title)?.closest('section');
  const isThere = () =>
    document.querySelector('h1') !== null &&
    document.querySelector('input[aria-label="As known at"]') !== null &&
    document.querySelector('[aria-label="Entries, the newest first"] > li') !== null &&
    part('Story')?.querySelector('li') != null;
  const look = () => {
    if (!isThere()) return requestAnimationFrame(look);
    // What the next frame begins after has been laid out and painted.
    requestAnimationFrame(() => setTimeout(() => globalThis.usable(performance.timeOrigin + performance.now())));
  };
  look();
}

/** A window, with a first tab in it. For a new one Chromium draws its own frame, which takes it a second of processor time. */
async function openWindow(browser) {
  const window = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  await window.newPage();
  return window;
}

/** Opens the page in a tab of a browser that knows nothing of it; usable: head, swimlane, story and ledger are there. */
async function open(window, url) {
  const page = await window.newPage();
  const session = await window.newCDPSession(page);
  await session.send('Network.clearBrowserCache');
  // The tab itself is there.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await session.send('Performance.enable');
  let tell;
  const usable = new Promise((resolve) => {
    tell = resolve;
  });
  await page.exposeFunction('usable', tell);
  await page.addInitScript(watch);
  const started = Date.now();
  await page.goto(url, { waitUntil: 'commit' });
  const wallMs = (await usable) - started;
  return { page, session, wallMs, workMs: await workOf(session), close: () => page.close() };
}

/** Scrolls the ledger; answers the work of each frame, and how many frames of a second were drawn. */
async function scroll({ page, session }) {
  const before = await workOf(session);
  const tookMs = await page.getByRole('list', { name: 'Entries, the newest first' }).evaluate(
    async (list, { frames, stepPx }) => {
      const box = list.parentElement;
      const started = performance.now();
      for (let n = 0; n < frames; n++) {
        box.scrollTop += stepPx;
        await new Promise(requestAnimationFrame);
      }
      return performance.now() - started;
    },
    { frames, stepPx },
  );
  return { workMs: ((await workOf(session)) - before) / frames, perSecond: frames / (tookMs / 1000) };
}

async function rowsFor(window, url, count) {
  const opened = [];
  for (let n = 0; n < openings; n++) {
    const one = await open(window, url);
    opened.push({ wall: one.wallMs, work: one.workMs });
    await one.close();
  }
  const one = await open(window, url);
  // Of a long record the seal is checked on order only.
  const isVerified = count <= short;
  if (isVerified) await one.page.getByText(/events verified/).waitFor({ timeout: 60_000 });
  const verifiedMs = await workOf(one.session);
  const scrolled = await scroll(one);
  await one.close();
  const limit = count > short ? 2000 : 1000;
  const median = (key) =>
    percentile(
      opened.map((each) => each[key]),
      0.5,
    );
  const row = (what, value, most) => ({
    what: `${what}, ${count} events`,
    value,
    unit: ' ms',
    limit: most,
    goal: '< 1',
    of: 'the promise',
  });
  return [
    row('page usable, time passed', median('wall'), limit),
    row('page usable, processor of its main thread', median('work'), limit),
    ...(isVerified
      ? [{ what: `verified too, processor of main thread, ${count} events`, value: verifiedMs, unit: ' ms' }]
      : []),
    row('a frame of scrolling, processor of main thread', scrolled.workMs, frameMs),
    { what: `frames a second while scrolling, ${count} events`, value: scrolled.perSecond, unit: '' },
  ];
}

/** The page that opens an exported bundle, until it says that all of it is verified. */
async function bundleRow(window, url, number, count) {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-bench-bundle-'));
  const path = join(folder, 'long.bundle.json');
  const answer = await fetch(`${url}/api/v1/incidents/${number}/timeline?format=bundle`);
  writeFileSync(path, Buffer.from(await answer.arrayBuffer()));
  const page = await window.newPage();
  try {
    await page.goto(`${url}/bundle`, { waitUntil: 'networkidle' });
    await page.getByRole('heading', { name: 'Open an exported bundle' }).waitFor();
    const started = performance.now();
    await page.getByLabel('Bundle').setInputFiles(path);
    await page.getByRole('heading', { name: /events verified/ }).waitFor({ timeout: 120_000 });
    const value = performance.now() - started;
    return {
      what: `bundle verified, time passed, ${count} events`,
      value,
      unit: ' ms',
      limit: 5000,
      goal: '< 1',
      of: 'the promise',
    };
  } finally {
    await page.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Rows of the table. */
export async function browser() {
  const database = await startDatabase();
  const databaseUrl = await database.create('browser');
  const prepared = prepare();
  const apart = await startApart(databaseUrl, { prepared });
  const executablePath = process.env.CHROME_PATH ?? execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();
  const chrome = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const store = await openStore({ databaseUrl, dataDir: prepared.dir }, realRuntime, pino({ level: 'silent' }));
  try {
    const [url] = apart.urls;
    const window = await openWindow(chrome);
    const rows = [];
    for (const [n, count] of [short, long].entries()) {
      await postAlert(url, 'plain', `${n}`);
      const find = () => rowsOf(databaseUrl, 'SELECT id, number FROM incidents ORDER BY number DESC');
      await until(async () => (await find()).length === n + 1, 200);
      const [{ id, number }] = await find();
      await lengthen(store, id, count);
      process.stderr.write(`${count} events\n`);
      rows.push(...(await rowsFor(window, `${url}/incidents/${number}`, count)));
      if (count > short) rows.push(await bundleRow(window, url, number, count));
    }
    return rows;
  } finally {
    await chrome.close();
    await store.close();
    await apart.stop();
    await database.stop();
  }
}
