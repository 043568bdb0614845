import { AppModule } from '../../src/app.module.js';
import { createApp } from '../../src/bootstrap.js';

describe('Routes that ask a model', () => {
  it('are served without Nest’s router, but for those with steps of their own', async () => {
    const app = await createApp(AppModule);
    const direct: string[] = [];
    try {
      app
        .getHttpAdapter()
        .getInstance()
        .addHook('onRoute', ({ method, url, handler }) => {
          if (handler.name === 'answerDirectly') direct.push(`${String(method)} ${url}`);
        });
      await app.init();
    } finally {
      await app.close();
    }
    expect(direct.toSorted()).toEqual([
      'POST /v1/chat/completions',
      'POST /v1/completions',
      'POST /v1/messages',
      'POST /v1/responses',
    ]);
  });
});
