// Playbooks and alerts as people and Alertmanager write them, as far as a test says something about them.
import type { SteeredTarget } from '../engine/steered-target.ts';

/** The text of a playbook with the usual head. */
export function playbookText(name: string, steps: string, rest = '', version = '1.0.0'): string {
  return `apiVersion: firebreak/v1
name: ${name}
version: ${version}
owner: { product: p, technical: t, escalation: "@lead" }
inputs:
  target: { type: string, from: alert.annotations.target, required: false }
  key: { type: string, from: alert.labels.key, required: false }
${rest}
steps:
${steps}`;
}

/** A step's request to the target, in the braces of YAML's flow style. */
export const get = (path: string) => `uses: http.request, with: { url: "\${{ inputs.target }}${path}" }`;
export const post = (path: string) => `uses: http.request, with: { method: POST, url: "\${{ inputs.target }}${path}" }`;
/** A compensation that may be repeated. */
export const undo = (path: string) => `compensate: { ${post(path)}, replay: safe }`;
/** Starts a playbook when an alert of that name comes. */
export const on = (alertname: string) =>
  `triggers: [ { source: alertmanager, when: alert.labels.alertname == "${alertname}" } ]\n`;

/** An alert as Alertmanager sends it, as far as a test says something about it. */
export type GivenAlert = {
  readonly alertname: string;
  readonly id?: string;
  readonly status?: 'firing' | 'resolved';
  readonly labels?: { readonly [name: string]: string };
  readonly target?: SteeredTarget;
  readonly startsAt?: string;
};

/** Its part of the body of a delivery. */
export function alertBody(
  group: string,
  { alertname, id, status = 'firing', labels = {}, target, startsAt }: GivenAlert,
) {
  return {
    status,
    labels: { alertname, severity: 'critical', ...labels },
    annotations: { summary: `${alertname} of ${group}`, ...(target ? { target: target.url } : {}) },
    startsAt: startsAt ?? '2026-03-01T00:00:00Z',
    endsAt: status === 'resolved' ? '2026-03-01T01:00:00Z' : '0001-01-01T00:00:00Z',
    fingerprint: id ?? group,
  };
}
