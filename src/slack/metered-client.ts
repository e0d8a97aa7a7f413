// Slack's client, with every call counted by its method and how it ended. Changes no call.
import { WebClient } from '@slack/web-api';
import type { SlackMeter } from '../ports/metrics.ts';
import { troubleOf } from './slack-error.ts';

/** A client whose calls are counted. The methods of the library go through `apiCall`, those of files too. */
export class MeteredClient extends WebClient {
  readonly #meter: Pick<SlackMeter, 'countCall'>;

  constructor(meter: Pick<SlackMeter, 'countCall'>, ...client: ConstructorParameters<typeof WebClient>) {
    super(...client);
    this.#meter = meter;
  }

  override async apiCall(...call: Parameters<WebClient['apiCall']>): ReturnType<WebClient['apiCall']> {
    const [method] = call;
    try {
      const answer = await super.apiCall(...call);
      this.#meter.countCall(method, 'ok');
      return answer;
    } catch (error) {
      const { kind } = troubleOf(error);
      this.#meter.countCall(method, kind === 'wait' ? 'rate_limited' : kind);
      throw error;
    }
  }
}
