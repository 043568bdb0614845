import type { Ending } from './ending.js';
import type { OutputItem } from './response-object.types.js';

/** An output item that grows while the answer is streamed. Items are announced once and never reopened. */
export interface StreamItem {
  readonly isOpen: boolean;
  /** Ends the item with its closing events; `isLast` tells whether a cut answer was cut in this item. */
  close(ending: Ending['status'], isLast: boolean): void;
  /** The item as it stands; one that is still open counts as incomplete. */
  snapshot(): OutputItem;
}
