import 'reflect-metadata';
import { validateConfig } from '../../config/app.config.js';
import { environmentSettings } from '../../config/file/environment-settings.js';
import { FixedSettingsStore } from '../../config/file/fixed-settings.store.js';
import { SystemClock } from '../../common/time/clock.port.js';
import { BuiltInSandbox } from './built-in-sandbox.js';
import { ProviderFleet } from './provider-fleet.js';

describe('providers beside the built-in sandbox', () => {
  it('have their own address and key, and only the sandbox marks its answers', async () => {
    const config = validateConfig({ OPENAI_API_KEY: 'sk-1', XAI_API_KEY: 'xai-1' });
    const settings = environmentSettings(config);
    const sandbox = await BuiltInSandbox.startWhenNeeded(config, new FixedSettingsStore(settings));
    const fleet = new ProviderFleet(sandbox, new SystemClock());
    try {
      const made = fleet.build(settings).map(({ name, origin, keys: [key] }) => ({
        name,
        origin: origin.replace(/:\d+$/, ''),
        key: key?.headers['authorization'],
        mark: key?.answerHeaders,
      }));
      expect(made).toEqual([
        {
          name: 'cerebras',
          origin: 'http://127.0.0.1',
          key: expect.stringMatching(/^Bearer ./),
          mark: { 'x-asbru-sandbox': 'true' },
        },
        { name: 'openai', origin: 'https://api.openai.com', key: 'Bearer sk-1', mark: undefined },
        { name: 'xai', origin: 'https://api.x.ai', key: 'Bearer xai-1', mark: undefined },
      ]);
    } finally {
      await fleet.onApplicationShutdown();
      await sandbox.onApplicationShutdown();
    }
  });
});
