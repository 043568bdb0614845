import { AppModule } from './app.module.js';
import { createApp } from './bootstrap.js';
import { GROUP } from './common/workers/group-topics.js';
import { WorkerGroup } from './common/workers/worker-group.port.js';
import { settleHeap } from './heap.js';
import { surviveRejections } from './last-resort.js';
import { stopOnSignals } from './shutdown.js';
import { announce } from './start-up.js';
import { GroupMember } from './common/workers/group-member.js';
import { obeySupervisor } from './workers/obey-supervisor.js';

/** Answers requests in this process: alone, or as one of several workers. */
export async function serve(): Promise<void> {
  const app = await createApp(AppModule);
  surviveRejections(app);
  const group = app.get(WorkerGroup);
  if (group instanceof GroupMember) obeySupervisor(app, group);
  else stopOnSignals(app);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  settleHeap();
  await announce(app);
  group.post(GROUP.ready, null);
}
