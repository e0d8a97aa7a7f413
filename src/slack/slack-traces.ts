// Spans of the calls to Slack that serve a step, a run or an incident: one for each call as it is made, below what it is made for. Calls that
// serve none are not traced. Where tracing is off, everything is as it was given.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { WebClient, WebClientOptions } from '@slack/web-api';
import { runOfApproval } from '../core/ids.ts';
import { beginCall, type CallRecorder } from '../core/trace/calls.ts';
import { traceIdOf, tracePlaceOf } from '../core/trace/place.ts';
import type { SlackMeter } from '../ports/metrics.ts';
import { MeteredClient } from './metered-client.ts';
import type { Notify } from './outbound/notifier.ts';
import type { Outbox } from './outbound/outbox.ts';
import type { Desired } from './outbound/poster.ts';
import { troubleOf } from './slack-error.ts';

/** What a call is made for: a span, or a trace that it begins. */
type About = { readonly traceId: string; readonly spanId: string | null };

/** What calls are made through. */
export type SlackTraces = {
  readonly client: (token: string, options: WebClientOptions) => WebClient;
  readonly outbox: (outbox: Outbox) => Outbox;
  readonly notify: (notify: Notify) => Notify;
};

/** Traces calls, or leaves them alone; they are counted either way. */
export function createSlackTraces(recorder: CallRecorder, meter: SlackMeter): SlackTraces {
  if (!recorder.isOn)
    return {
      client: (token, options) => new MeteredClient(meter, token, options),
      outbox: (outbox) => outbox,
      notify: (notify) => notify,
    };
  const made = new AsyncLocalStorage<About>();

  class TracedClient extends MeteredClient {
    override async apiCall(...given: Parameters<WebClient['apiCall']>): ReturnType<WebClient['apiCall']> {
      const about = made.getStore();
      if (about === undefined) return super.apiCall(...given);
      const [method] = given;
      const attributes = {
        'rpc.system.name': 'slack',
        'rpc.method': method,
        'server.address': new URL(this.slackApiUrl).hostname,
      };
      const call = beginCall(recorder, about, { name: `slack ${method}`, kind: 'client', attributes });
      try {
        const answer = await super.apiCall(...given);
        call.end({});
        return answer;
      } catch (error) {
        call.end({}, troubleOf(error).code);
        throw error;
      }
    }
  }

  return {
    client: (token, options) => new TracedClient(meter, token, options),
    outbox: ({ put }) => ({
      put: (desired) => {
        const about = aboutOf(desired);
        return about === null ? put(desired) : made.run(about, () => put(desired));
      },
    }),
    notify: (notify) => (incidentId, version) =>
      made.run({ traceId: traceIdOf(incidentId), spanId: null }, () => notify(incidentId, version)),
  };
}

/** The step it is posted in, else the run that its key names, else its incident, whose trace it begins. */
function aboutOf({ place, key, incidentId }: Desired): About | null {
  if (place !== undefined) return place;
  const [runId] = /run_[0-9a-z]{26}/.exec(key) ?? [];
  const [approvalId] = /apr_[0-9a-z]{26}\.\d+/.exec(key) ?? [];
  const run = runId ?? (approvalId === undefined ? null : runOfApproval(approvalId));
  if (run !== null) return tracePlaceOf(run);
  return incidentId === '' ? null : { traceId: traceIdOf(incidentId), spanId: null };
}
