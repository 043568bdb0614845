import { SetupService } from '../../src/control/auth/setup/setup.service.js';
import type { Answer } from './answer.js';
import type { Call, TestGateway } from './gateway.js';

/** Asks again until the answer has the status; every node knows of a change within two seconds. */
export async function statusWithin(ms: number, status: number, ask: () => Promise<Answer>): Promise<Answer> {
  const end = performance.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer.status === status) return answer;
    if (performance.now() > end) throw new Error(`Not ${status} within ${ms} ms, but ${answer.status}: ${answer.text}`);
  }
}

/** A token as the API gives it when it is made. */
export interface MadeToken {
  readonly id: string;
  readonly token: string;
}

/** Somebody with an admin token. */
export class Admin {
  constructor(
    private readonly gateway: TestGateway,
    readonly id: string,
    readonly token: string,
  ) {}

  /** The first owner of a gateway whose database is new. */
  static async firstOwner(gateway: TestGateway): Promise<Admin> {
    const setup_token = await gateway.app.get(SetupService).issue();
    const answer = await gateway.post('/admin/v1/setup', { setup_token, name: 'owner' });
    return Admin.of(gateway, answer);
  }

  static of(gateway: TestGateway, answer: Answer): Admin {
    if (answer.status !== 200) throw new Error(`No token, but ${answer.status}: ${answer.text}`);
    const { id, token } = answer.json() as unknown as MadeToken;
    return new Admin(gateway, id, token);
  }

  call(method: Call['method'], path: string, body?: unknown): Promise<Answer> {
    return this.gateway.call(path, { method, body, headers: { authorization: `Bearer ${this.token}` } });
  }

  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.call('POST', path, body);
  }

  /** Makes another administrator. */
  async make(body: Record<string, unknown>): Promise<Admin> {
    return Admin.of(this.gateway, await this.post('/admin/v1/admin-tokens', { name: 'made', ...body }));
  }
}
