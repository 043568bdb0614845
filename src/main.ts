import './node-version.js';
import { AppModule } from './app.module.js';
import { createApp } from './bootstrap.js';
import { surviveRejections } from './last-resort.js';
import { stopOnSignals } from './shutdown.js';
import { announce, explainFailure } from './start-up.js';

try {
  const app = await createApp(AppModule);
  surviveRejections(app);
  stopOnSignals(app);
  await announce(app);
} catch (error) {
  explainFailure(error);
}
