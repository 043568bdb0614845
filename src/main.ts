import './node-version.js';
import './heap.js';
import { readWorkerIdentity } from './common/workers/worker-identity.js';
import { readEnvironment } from './config/environment.js';
import { explainFailure } from './failure.js';

try {
  const config = readEnvironment();
  // Neither of the two is to load what only the other needs.
  if (config.workers > 1 && !readWorkerIdentity(process.argv)) {
    const { supervise } = await import('./workers/supervise.js');
    await supervise(config);
  } else {
    const { serve } = await import('./serve.js');
    await serve();
  }
} catch (error) {
  explainFailure(error);
}
