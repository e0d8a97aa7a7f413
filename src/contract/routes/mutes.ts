// Routes of silences and maintenance windows. Those of the configuration are listed, and changed there only.
import { z } from 'zod';
import { ApiDuring, ApiSets, ApiSilence, ApiSilencePreview, ApiWhere, ApiWindow } from '../mute.ts';
import { pageOf } from '../paging.ts';
import { KeyHeader, mustSayWhy, reason } from '../requests.ts';
import type { RouteTable } from '../route.ts';

const instant = z.iso.datetime({ offset: true, error: 'must be an instant such as 2027-01-31T12:00:00Z' });
const why = mustSayWhy(1000);
const owner = z.string().min(1).max(200).optional().describe('Whose it is; absent: of whoever asks');

const CreateSilenceBody = z.strictObject({
  sets: ApiSets,
  startsAt: instant.optional().describe('Absent: now'),
  endsAt: instant,
  owner,
  reason: why,
});
const CreateWindowBody = z.strictObject({
  name: z.string().min(1).max(63).describe('Lower-case letters, digits, - and _'),
  where: ApiWhere.optional().describe('Absent: every alert'),
  startsAt: instant.optional().describe('With `endsAt`: it comes once'),
  endsAt: instant.optional(),
  during: ApiDuring.optional(),
  until: instant.optional().describe('With `during`, which it must have: from then on it comes no more'),
  mode: z.enum(['quiet', 'consolidate']).default('consolidate'),
  owner,
  reason: why,
});
const EndBody = z.strictObject({ reason });
const SilencePath = z.strictObject({ id: z.string().min(1).max(200) });

/** Routes of silences and windows. */
export const muteRoutes = {
  'GET /silences': {
    tag: 'silences',
    summary: 'Silences that are not over, of people and of the configuration, with what each has held',
    right: 'view',
    answers: { 200: { description: 'Silences', schema: pageOf(ApiSilence) } },
  },
  'POST /silences': {
    tag: 'silences',
    summary: 'Keep alerts quiet for a time; one that would mute everything is refused',
    right: 'operate',
    headers: KeyHeader,
    body: CreateSilenceBody,
    answers: { 201: { description: 'The silence', schema: ApiSilence } },
  },
  'POST /silences/preview': {
    tag: 'silences',
    summary: 'What a silence would mute: alerts that fire now, and deliveries of the last 24 hours',
    right: 'view',
    body: z.strictObject({ sets: ApiSets }),
    answers: { 200: { description: 'What it would mute', schema: ApiSilencePreview } },
  },
  'GET /silences/:id': {
    tag: 'silences',
    summary: 'One silence that is not over',
    right: 'view',
    params: SilencePath,
    answers: { 200: { description: 'It', schema: ApiSilence } },
  },
  'DELETE /silences/:id': {
    tag: 'silences',
    summary: 'End a silence before its time: what it held and still fires is told',
    right: 'operate',
    params: SilencePath,
    headers: KeyHeader,
    body: EndBody,
    answers: { 200: { description: 'What was ended', schema: z.object({ id: z.string() }) } },
  },
  'GET /windows': {
    tag: 'silences',
    summary: 'Maintenance windows that are not over, of people and of the configuration',
    right: 'view',
    answers: { 200: { description: 'Windows', schema: pageOf(ApiWindow) } },
  },
  'POST /windows': {
    tag: 'silences',
    summary: 'Expect alerts for a time, once or again and again',
    right: 'operate',
    headers: KeyHeader,
    body: CreateWindowBody,
    answers: { 201: { description: 'The window', schema: ApiWindow } },
  },
  'DELETE /windows/:id': {
    tag: 'silences',
    summary: 'Remove a window: what it held and still fires is told',
    right: 'operate',
    params: SilencePath,
    headers: KeyHeader,
    body: EndBody,
    answers: { 200: { description: 'What was removed', schema: z.object({ name: z.string() }) } },
  },
} satisfies RouteTable;
