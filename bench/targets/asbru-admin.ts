/** Limits that are never reached: what is measured is that they are kept. */
const PLENTY = 1_000_000_000;
const TERMS = {
  budgets: [{ amount_usd: '1000000', period: 'month' }],
  rate_limits: [
    { metric: 'requests', limit: PLENTY, window: '1m' },
    { metric: 'total_tokens', limit: PLENTY, window: '1m' },
  ],
};
const CONCURRENCY = { metric: 'concurrency', limit: 1_000_000 };

/** The admin API of a gateway that nobody administers yet. */
export class AsbruAdmin {
  private constructor(
    private readonly port: number,
    private readonly token: string,
  ) {}

  static async setUp(port: number, setupToken: string): Promise<AsbruAdmin> {
    const owner = { setup_token: setupToken, name: 'bench' };
    const { token } = await new AsbruAdmin(port, '').post<{ token: string }>('/setup', owner);
    return new AsbruAdmin(port, token);
  }

  /** Keys of one team, each with a budget and limits on requests, tokens and concurrency; the team has them too. */
  async makeKeys(count: number): Promise<string[]> {
    const team = await this.post<{ id: string }>('/teams', { name: 'bench', ...TERMS });
    const keys: string[] = [];
    for (let index = 0; index < count; index++) {
      const made = await this.post<{ key: string }>('/virtual-keys', {
        name: `bench ${index}`,
        team_id: team.id,
        allowed_providers: ['*'],
        allowed_models: ['*'],
        allowed_upstream_keys: ['*'],
        budgets: TERMS.budgets,
        rate_limits: [...TERMS.rate_limits, CONCURRENCY],
      });
      keys.push(made.key);
    }
    return keys;
  }

  private async post<T>(path: string, body: object): Promise<T> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/admin/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.token}` },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }
}
