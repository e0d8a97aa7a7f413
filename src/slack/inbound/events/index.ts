// What is to be done about events. One more is one file and one line here, and its name in the app's manifest.
export { appHomeOpened } from './app-home-opened.ts';
export { memberJoined, memberLeft } from './member.ts';
export { message } from './message.ts';
export { reactionAdded } from './reaction-added.ts';
