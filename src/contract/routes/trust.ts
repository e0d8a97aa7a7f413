// Routes of the right of playbooks to act without asking.
import { z } from 'zod';
import { pageOf } from '../paging.ts';
import { KeyHeader, mustSayWhy, PathName } from '../requests.ts';
import type { RouteTable } from '../route.ts';
import { ApiTrust } from '../trust.ts';

const TrustBody = z.strictObject({ reason: mustSayWhy(500) });

/** An order about one playbook; what differs is who may give it, and what it is for. */
const order = <R extends 'operate' | 'design'>(right: R, summary: string) => ({
  tag: 'playbooks' as const,
  summary,
  right,
  params: PathName,
  headers: KeyHeader,
  body: TrustBody,
  answers: { 200: { description: 'How the playbook stands then', schema: ApiTrust } },
});

/** Routes of trust. */
export const trustRoutes = {
  'GET /trust': {
    tag: 'playbooks',
    summary: 'Which playbooks act without asking, which ask people first, and why',
    right: 'view',
    answers: { 200: { description: 'The playbooks in force', schema: pageOf(ApiTrust) } },
  },
  'POST /trust/:name/lower': order('operate', 'Ask people before each run of a playbook that starts by itself'),
  'POST /trust/:name/raise': order(
    'design',
    'Let a playbook act by itself again; its approvals and the policies still ask',
  ),
  'POST /trust/:name/review': order('design', 'Say that somebody has looked at a playbook and found it right'),
} satisfies RouteTable;
