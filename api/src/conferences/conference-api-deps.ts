import type { ConferenceStore } from './conference.js';
import type { RoutedConferenceControl } from './routed-conference-control.js';

/** What the operations on conferences need. */
export interface ConferenceApiDeps {
  readonly conferences: ConferenceStore;
  readonly conferenceControl: RoutedConferenceControl;
}
