import { topic } from '../../../common/workers/topic.js';
import type { WorkerGroup } from '../../../common/workers/worker-group.port.js';
import type { HealthBook, HealthNews, HealthSharing } from './health-book.js';
import { ProbeClaims } from './probe-claims.js';

/** Between the probes of two workers, in milliseconds: news of the first are with the second by then. */
const STAGGER_MS = 20;
const NEWS = topic<HealthNews>('health');
/** A worker that begins asks the others what they know. */
const HELLO = topic<null>('health.hello');

/** How the book of a worker tells the others what it learns. */
export function sharingOf(group: WorkerGroup): HealthSharing {
  const claims = group.folder === undefined ? undefined : new ProbeClaims(group.folder);
  return {
    staggerMs: (group.id - 1) * STAGGER_MS,
    tell: (news) => group.tell(NEWS, news),
    claimProbe: (targetId, number) => claims?.claim(targetId, number) ?? true,
  };
}

/** Keeps the book as those of the other workers are: what is dead for one of them is dead for all. */
export function shareHealth(book: HealthBook, group: WorkerGroup): void {
  group.hear(NEWS, (news, from) => book.adopt(news, from));
  group.hear(HELLO, (_, from) => {
    for (const news of book.known()) group.tell(NEWS, news, from);
  });
  group.onLeft((id) => book.forgetWorker(id));
  group.tell(HELLO, null);
}
