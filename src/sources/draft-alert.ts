// What a source has read, as an alert within the bounds of one: texts cut, one severity, a fingerprint of its own. Knows no source.
import type { Alert } from '../core/alert/alert.ts';
import { type Severity, toSeverity } from '../core/alert/severity.ts';
import { type Json, sha256 } from '../core/json.ts';
import { asText, type ReadLabels } from './labels.ts';
import type { DraftAlert } from './source.ts';

/** What a source has read of one problem. */
type Read = {
  readonly source: string;
  readonly integration: string;
  /** What the sender knows the problem by: the same when it begins and when it ends. */
  readonly id: string;
  readonly status: Alert['status'];
  readonly title: string;
  readonly description?: string;
  /** The sender's own word, if it sends one. */
  readonly word?: string;
  /** What is meant where the sender sends no word. */
  readonly severity?: Severity;
  readonly service?: string;
  readonly labels?: ReadLabels;
  readonly annotations?: ReadLabels;
  readonly startsAt?: Json | undefined;
  readonly endsAt?: Json | undefined;
  readonly links?: DraftAlert['links'];
  readonly group?: string;
  readonly remarks?: readonly string[];
};

const nothing: ReadLabels = { labels: {}, remarks: [] };

/** Makes it. */
export function draftAlert(read: Read): DraftAlert {
  const { integration, word = '', labels = nothing, annotations = nothing } = read;
  const group = asText(read.group ?? '', 1500);
  return {
    source: read.source,
    integration,
    fingerprint: `${integration}/${identity(read.id)}`,
    status: read.status,
    title: asText(read.title, 300) || 'Alert without a title',
    description: asText(read.description ?? '', 4000),
    severity: word === '' ? (read.severity ?? 'warning') : toSeverity(word),
    sourceSeverity: word === '' ? null : asText(word, 150),
    service: asText(read.service ?? '', 400) || null,
    labels: labels.labels,
    annotations: annotations.labels,
    startsAt: read.startsAt,
    endsAt: read.endsAt,
    links: read.links,
    groupKey: group === '' ? null : `${integration}/${group}`,
    remarks: [...(read.remarks ?? []), ...labels.remarks, ...annotations.remarks].slice(0, 20),
  };
}

/** A long one as its beginning and its digest: cut, two problems could become one. */
function identity(id: string): string {
  return id.length <= 350 ? id : `${id.slice(0, 300).toWellFormed()}…${sha256(id).slice(0, 32)}`;
}

/** Labels out of texts: those that say nothing are left out. */
function labelsOf(texts: { readonly [name: string]: string }): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ''));
}

/** Labels with more of the source's own, which give way to what the sender calls so. */
export function withLabels(read: ReadLabels, more: { readonly [name: string]: string }): ReadLabels {
  return { labels: { ...labelsOf(more), ...read.labels }, remarks: read.remarks };
}
