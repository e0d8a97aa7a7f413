// How postmortems are written in this installation: the settings, the names of people, what actions only look. Joins them; holds no rule.
import { actionTraits } from './actions/registry.ts';
import type { Config } from './config/environment.ts';
import type { Json } from './core/json.ts';
import { type DocumentOptions, looksByInput } from './core/postmortem/document.ts';

/** What documents are made with. */
export function documentOptions({ file: { postmortem, people } }: Pick<Config, 'file'>): DocumentOptions {
  const names = Object.entries(people).flatMap(([key, { slack }]) =>
    slack === undefined ? [] : [[slack, key] as const],
  );
  return {
    timeZone: postmortem.timeZone,
    template: postmortem.template,
    people: new Map(names),
    reads(step) {
      const readsOnly = actionTraits.get(step.uses)?.readsOnly;
      return readsOnly ? readsOnly(step.with as Json) : looksByInput(step);
    },
  };
}
