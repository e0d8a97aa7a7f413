// The alert sources. One more is one file and one line here; registry.ts collects them.
export { alertmanager } from './alertmanager.ts';
export { generic } from './generic.ts';
