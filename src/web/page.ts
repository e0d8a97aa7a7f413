// The page: open incidents with their runs, and what waits for a decision, as they are now. Every rule is behind the API.
import './no-eval.ts';
import { ApiProblem } from '../client/api-error.ts';
import type { Told } from '../client/read-events.ts';
import type { ApiApproval, ApiListedApproval } from '../contract/approval.ts';
import type { ApiIncident } from '../contract/incident.ts';
import type { ApiRun } from '../contract/run.ts';
import { client, keepToken, signOut } from './client.ts';
import { button, byId, element, fill, instant } from './elements.ts';
import { showHalted } from './kill-switches.ts';
import { lacking, showMe } from './me.ts';
import type { PageOrder } from './orders.ts';
import { drawRun } from './runs.ts';

const tokenForm = byId<HTMLFormElement>('token-form');
const token = byId<HTMLInputElement>('token');

/** Runs by incident; what is missing is read again. */
const runs = new Map<string, ApiRun[]>();

function say(where: 'error' | 'done', text: string): void {
  const line = byId(where);
  line.textContent = text;
  line.hidden = text === '';
}

async function load(): Promise<void> {
  await showMe();
  if (await showHalted()) runs.clear();
  const [incidents, approvals] = await Promise.all([
    client.call('GET /incidents', { query: { status: 'open', limit: 100 } }),
    client.call('GET /approvals', { query: { status: 'open', limit: 100 } }),
  ]);
  const open = incidents.items;
  for (const { id } of open.filter((incident) => !runs.has(incident.id)))
    runs.set(id, (await client.call('GET /runs', { query: { incident: id } })).items);
  const titles = new Map(open.map(({ id, number, title }) => [id, `#${number} ${title}`]));
  fill(
    byId('incidents'),
    open.map((incident) => ({ incident, runs: runs.get(incident.id) ?? [], lacking: lacking('order') })),
    ({ incident }) => incident.id,
    drawIncident,
    'Nothing is open.',
  );
  fill(
    byId('approvals'),
    approvals.items.map((item) => ({ ...item, title: titles.get(item.incidentId) ?? item.incidentId })),
    ({ approval }) => approval.id,
    drawApproval,
    'Nothing waits for a decision.',
  );
  const waiting = approvals.items.length;
  document.title = waiting > 0 ? `(${waiting}) Firebreak` : 'Firebreak';
}

type DrawnIncident = { readonly incident: ApiIncident; readonly runs: ApiRun[]; readonly lacking: string | null };

function drawIncident({ incident, runs: its, lacking: why }: DrawnIncident): HTMLElement {
  const { id, number, title, severity, openedAt } = incident;
  const give = (run: ApiRun, order: PageOrder, reason: string) => void doing(() => sendOrder(run, order, reason));
  const drawn = its.map((run) => drawRun(run, { lacking: why, give }));
  return element(
    'li',
    { class: 'card' },
    element('h3', {}, element('span', { class: `severity sev${severity}` }, `SEV ${severity}`), ` #${number} ${title}`),
    element('p', { class: 'meta' }, 'Open since ', instant(openedAt)),
    drawn.length > 0 ? element('ul', { 'aria-label': 'Runs' }, ...drawn) : element('p', {}, 'No runs.'),
    button('Save timeline', () => void doing(() => saveTimeline(id, number)), {
      'aria-label': `Save the timeline of #${number}`,
    }),
  );
}

async function saveTimeline(id: string, number: number): Promise<void> {
  const file = await client.file('GET /incidents/:id/timeline', { params: { id }, query: { format: 'html' } });
  const url = URL.createObjectURL(file);
  element('a', { href: url, download: `incident-${number}.html` }).click();
  URL.revokeObjectURL(url);
}

const exactly = (label: string, input: unknown) =>
  element('pre', { tabindex: '0', role: 'group', 'aria-label': label }, JSON.stringify(input, null, 2));

function drawApproval({ approval, title, refusal }: ApiListedApproval & { title: string }): HTMLElement {
  const { id, step, plan, rule, expiresAt, approvals } = approval;
  const undo = plan.reversible ? 'can be undone' : 'cannot be undone';
  const reason = element('input', { id: `reason-${id}`, autocomplete: 'off', maxlength: '500' });
  const decide = (decision: 'approve' | 'deny', label: string) =>
    button(label, () => void doing(() => send(approval, decision, reason.value.trim())), {
      class: decision,
      'aria-label': `${label} ${step} of ${title}`,
    });
  return element(
    'li',
    { class: 'card' },
    element('h3', {}, `${step} · ${title}`),
    ...(plan.summary === undefined ? [] : [element('p', {}, element('code', {}, plan.summary))]),
    element('p', {}, `${plan.uses}${plan.target === null ? '' : ` on ${plan.target}`}; risk ${plan.risk}; ${undo}.`),
    exactly('What exactly runs', plan.with),
    ...(plan.undo
      ? [element('p', {}, `Undo: ${plan.undo.uses}`), exactly('What exactly undoes it', plan.undo.with)]
      : []),
    element(
      'p',
      { class: 'meta' },
      `${approvals.length} of ${rule.quorum} from ${rule.from.join(', ')}; runs out `,
      instant(expiresAt),
    ),
    ...(refusal === null
      ? [
          element('label', { for: reason.id }, 'Reason, if you like'),
          reason,
          element('p', { class: 'buttons' }, decide('approve', 'Approve'), decide('deny', 'Deny')),
        ]
      : [element('p', { class: 'refused' }, `Not for you to decide: ${refusal}.`)]),
  );
}

async function sendOrder({ id, playbook }: ApiRun, order: PageOrder, reason: string): Promise<void> {
  await client.call(`POST /runs/:id/${order}`, { params: { id }, body: { reason: reason || undefined } });
  say('done', `Ordered: ${order} of ${playbook.name}.`);
}

async function send(
  { id, step, planDigest }: ApiApproval,
  decision: 'approve' | 'deny',
  reason: string,
): Promise<void> {
  const body = { planDigest, reason: reason || undefined };
  await client.call(`POST /approvals/:id/${decision}`, { params: { id }, body });
  say('done', `${decision === 'approve' ? 'Approved' : 'Denied'}: ${step}.`);
}

/** Does what a person asked for, and shows why it did not work. */
async function doing(work: () => Promise<void>): Promise<void> {
  say('error', '');
  say('done', '');
  await trying(work);
}

/** True where the API wants a token, or another one. */
const needsToken = (error: unknown): error is ApiProblem => error instanceof ApiProblem && error.status === 401;

/** Does something of its own accord: what a person was told stays, unless there is something new to tell. */
async function trying(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (needsToken(error)) askForToken(error.message);
    else say('error', error instanceof Error ? error.message : String(error));
  }
}

let asking = false;
function askForToken(why: string): void {
  if (asking) return;
  asking = true;
  byId('data').hidden = true;
  tokenForm.hidden = false;
  say('error', token.value === '' ? '' : why);
  token.value = '';
  token.focus();
}

tokenForm.addEventListener('submit', (event) => {
  event.preventDefault();
  keepToken(token.value.trim());
  say('error', '');
  asking = false;
  tokenForm.hidden = true;
  byId('data').hidden = false;
  void live();
});

byId('sign-out').addEventListener('click', () => void doing(signOut));

let loading = false;
let wanted = false;
/** Loads, once more if something has changed meanwhile; a storm of changes is a few loads. */
async function refresh(): Promise<void> {
  wanted = true;
  if (loading) return;
  loading = true;
  while (wanted) {
    wanted = false;
    await trying(load);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  loading = false;
}

function changed(told: Told): void {
  if (told.type === 'ready') {
    byId('link').textContent = 'Live';
    say('error', '');
  }
  if (told.type === 'change') runs.delete(told.change.incident);
  else runs.clear();
  void refresh();
}

/** Follows the stream for as long as the page is open, or until a token is needed. */
async function live(): Promise<void> {
  const link = byId('link');
  let place: string | null = null;
  while (!asking) {
    link.textContent = 'Connecting…';
    try {
      place = await client.follow(place, changed);
    } catch (error) {
      link.textContent = `Not connected: ${error instanceof Error ? error.message : String(error)}`;
      if (needsToken(error)) askForToken(error.message);
    }
    if (!asking) await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}

const lookEveryMs = 5000;
/** What no event tells: kill switches, and runs that stand still because of them. */
setInterval(() => {
  if (asking || document.hidden) return;
  void trying(async () => {
    if (!(await showHalted())) return;
    runs.clear();
    await refresh();
  });
}, lookEveryMs);

void live();
