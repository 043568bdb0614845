import { parseSettings } from '../../src/config/file/settings-loader.js';
import type { GovernanceSettings } from '../../src/config/file/governance/governance-settings.types.js';
import { readDatabaseUrl } from '../../src/config/database-url.js';
import { SystemClock } from '../../src/common/time/clock.port.js';
import { Declarations } from '../../src/control/declared/declarations.js';
import { declaredDifference } from '../../src/control/declared/declared-difference.js';
import { deploymentOf } from '../../src/control/declared/deployment.js';
import type { EntityChange } from '../../src/control/declared/difference.js';
import { KeyDirectory } from '../../src/control/keys/key-directory.port.js';
import { CelPolicies } from '../../src/control/policies/cel-policies.js';
import { OrmPolicyStore } from '../../src/control/policies/policies.repository.js';
import { KeyHasher } from '../../src/control/tenancy/key-hasher.js';
import { Tenancy } from '../../src/control/tenancy/tenancy.js';
import { Database } from '../../src/persistence/database.js';
import { MikroORM } from '@mikro-orm/sql';
import { ormOptions } from '../../src/persistence/orm-options.js';
import { ControlApp } from './control-app.js';

const PROVIDERS = 'version: 1\nproviders: { a: { type: cerebras, keys: [{ name: k, value: v }] } }\n';
export const DECLARED_SECRET = 'a secret of at least thirty-two characters';

/** Keys that no test has to write out. */
export const DECLARED_KEYS = {
  KEY_A: 'sk-bf-a0123456789bcdefghijklmnopqrstuvwxyz',
  KEY_B: 'sk-bf-b9876543210cdefghijklmnopqrstuvwxyza',
  KEY_C: 'sk-bf-c5432109876zyxwvutsrqponmlkjihgfedcb',
};

/** The section that follows `governance:`. */
export function governanceFrom(inside: string, env: Record<string, string> = DECLARED_KEYS): GovernanceSettings {
  const text = `${PROVIDERS}governance:\n${inside.replaceAll(/^/gm, '  ')}\n`;
  const { governance } = parseSettings(Buffer.from(text), 'asbru.yaml', env);
  if (!governance) throw new Error('There is no section');
  return governance;
}

/** One node with a database, to which files are applied. */
export class DeclaringNode {
  private constructor(
    readonly control: ControlApp,
    readonly declarations: Declarations,
    readonly policies: CelPolicies,
    private readonly url: string,
  ) {}

  static async start(url: string): Promise<DeclaringNode> {
    const control = await ControlApp.start({ DATABASE_URL: url, ASBRU_SECRET: DECLARED_SECRET });
    const database = control.get(Database);
    const policies = new CelPolicies(new OrmPolicyStore(database), control.notices, new SystemClock());
    const declarations = new Declarations(
      control.get(Tenancy),
      database,
      control.get(KeyHasher),
      policies,
      control.notices,
    );
    return new DeclaringNode(control, declarations, policies, url);
  }

  apply(inside: string, at = new Date(), env?: Record<string, string>): ReturnType<Declarations['apply']> {
    return this.declarations.apply(deploymentOf(governanceFrom(inside, env), at));
  }

  /** As the command prints it. */
  async difference(inside: string | GovernanceSettings, env?: Record<string, string>): Promise<EntityChange[]> {
    const address = readDatabaseUrl(this.url);
    if (!address) throw new Error('no database');
    const orm = new MikroORM(ormOptions(address, 'serving'));
    await orm.connect();
    try {
      const governance = typeof inside === 'string' ? governanceFrom(inside, env) : inside;
      return await declaredDifference(orm, address.engine, governance, new KeyHasher([DECLARED_SECRET]));
    } finally {
      await orm.close(true);
    }
  }

  /** What the file owns: ids by kind and address. */
  async owned(): Promise<Map<string, string>> {
    return new Map((await this.declarations.owned()).map(({ kind, address, id }) => [`${kind} ${address}`, id]));
  }

  async idOf(item: string): Promise<string> {
    const id = (await this.owned()).get(item);
    if (id === undefined) throw new Error(`The file does not own ${item}`);
    return id;
  }

  holderOf(key: string): string | undefined {
    return this.control.get(KeyDirectory).find(key, Date.now()).found?.name;
  }

  close(): Promise<void> {
    return this.control.close();
  }
}
