// The page: open incidents with their runs, and what waits for a decision, as they are now. Every rule is behind the API.
import { type FollowedChange, follow, keepToken, order, read, readFile, TokenNeeded } from './api.ts';
import { button, byId, element, fill, instant } from './elements.ts';
import { showHalted } from './kill-switches.ts';
import { drawRun, type Run } from './runs.ts';

type Incident = { id: string; number: number; title: string; severity: number; openedAt: string };
type Call = { uses: string; with: unknown };
type Plan = Call & {
  summary?: string;
  target: string | null;
  risk: string;
  reversible: boolean;
  undo: Call | null;
};
type Approval = {
  incidentId: string;
  approval: {
    id: string;
    step: string;
    plan: Plan;
    planDigest: string;
    rule: { from: string[]; quorum: number };
    expiresAt: string;
    approvals: unknown[];
  };
};
type Page<T> = { items: T[] };

const actor = byId<HTMLInputElement>('actor');
const tokenForm = byId<HTMLFormElement>('token-form');
const token = byId<HTMLInputElement>('token');

/** Runs by incident; what is missing is read again. */
const runs = new Map<string, Run[]>();

function say(where: 'error' | 'done', text: string): void {
  const line = byId(where);
  line.textContent = text;
  line.hidden = text === '';
}

async function load(): Promise<void> {
  if (await showHalted()) runs.clear();
  const [incidents, approvals] = await Promise.all([
    read<Page<Incident>>('/incidents?status=open&limit=100'),
    read<Page<Approval>>('/approvals?status=open&limit=100'),
  ]);
  const open = incidents.items;
  for (const { id } of open.filter((incident) => !runs.has(incident.id)))
    runs.set(id, (await read<Page<Run>>(`/runs?incident=${id}`)).items);
  const titles = new Map(open.map(({ id, number, title }) => [id, `#${number} ${title}`]));
  fill(
    byId('incidents'),
    open.map((incident) => ({ incident, runs: runs.get(incident.id) ?? [] })),
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

function drawIncident({ incident, runs: its }: { incident: Incident; runs: Run[] }): HTMLElement {
  const { id, number, title, severity, openedAt } = incident;
  const drawn = its.map(drawRun);
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
  const url = URL.createObjectURL(await readFile(`/incidents/${id}/timeline?format=html`));
  element('a', { href: url, download: `incident-${number}.html` }).click();
  URL.revokeObjectURL(url);
}

const exactly = (label: string, input: unknown) =>
  element('pre', { tabindex: '0', role: 'group', 'aria-label': label }, JSON.stringify(input, null, 2));

function drawApproval({ approval, title }: Approval & { title: string }): HTMLElement {
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
    element('label', { for: reason.id }, 'Reason'),
    reason,
    element('p', { class: 'buttons' }, decide('approve', 'Approve'), decide('deny', 'Deny')),
  );
}

async function send({ id, step, planDigest }: Approval['approval'], decision: string, reason: string): Promise<void> {
  const name = actor.value.trim();
  if (name === '') {
    actor.focus();
    throw new Error('Say as whom you decide: fill in “Decide as”.');
  }
  sessionStorage.setItem('firebreak.actor', name);
  await order(`/approvals/${id}/${decision}`, { actor: name, planDigest, ...(reason ? { reason } : {}) });
  say('done', `${decision === 'approve' ? 'Approved' : 'Denied'}: ${step}.`);
}

/** Does what a person asked for, and shows why it did not work. */
async function doing(work: () => Promise<void>): Promise<void> {
  say('error', '');
  say('done', '');
  await trying(work);
}

/** Does something of its own accord: what a person was told stays, unless there is something new to tell. */
async function trying(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof TokenNeeded) askForToken(error.message);
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

function changed({ event, incident }: FollowedChange): void {
  if (event === 'ready') {
    byId('link').textContent = 'Live';
    say('error', '');
  }
  if (incident === null) runs.clear();
  else runs.delete(incident);
  void refresh();
}

/** Follows the stream for as long as the page is open, or until a token is needed. */
async function live(): Promise<void> {
  const link = byId('link');
  let place: string | null = null;
  while (!asking) {
    link.textContent = 'Connecting…';
    try {
      place = await follow(place, changed);
    } catch (error) {
      link.textContent = `Not connected: ${error instanceof Error ? error.message : String(error)}`;
      if (error instanceof TokenNeeded) askForToken(error.message);
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

actor.value = sessionStorage.getItem('firebreak.actor') ?? '';
void live();
