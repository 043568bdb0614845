import { SettingsError } from './settings-error.js';
import { parseSettings } from './settings-loader.js';

const PROVIDERS = `version: 1
providers:
  cerebras:
    type: cerebras
    keys: [{ name: main, value: x, models: ['gpt-*', llama3] }, { name: spare, value: y, models: [llama3] }]
  backup: { type: cerebras, keys: [{ name: main, value: z }] }
`;

function problems(rest: string, providers = PROVIDERS): string[] {
  try {
    parseSettings(Buffer.from(providers + rest), 'asbru.yaml', {});
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe('references', () => {
  it('may be made of routes, aliases, patterns and models', () => {
    const rest =
      `models: { aliases: { a: fast, b: c, c: cerebras/gpt-1, 'gpt-4*': b, '*': backup/x, cerebras/old: cerebras/gpt-2 } }
routes: { fast: { targets: [cerebras/gpt-1, c2, backup/gpt-1] }, other: { targets: [unknown-to-all] } }
`.replace('c2', 'cerebras/old');
    expect(problems(rest)).toEqual([]);
  });

  it.each([
    ['bakup/x', "there is no provider 'bakup': did you mean 'backup'?"],
    ['openai/gpt-4o', "there is no provider 'openai': declared are: cerebras, backup"],
    ['gpt-oss', "'gpt-oss' is no route and no alias: write provider/model, such as cerebras/gpt-oss"],
    ['fats', "'fats' is no route and no alias: did you mean 'fast'?"],
    ['backup/', "'backup/' names no model: write the model's id after the slash"],
    ['cerebras/qwen', "no key of the provider 'cerebras' may be used for this model: add it to the models of a key"],
  ])('to nowhere are refused: %s', (target, message) => {
    const rest = `models: { aliases: { x1234: ${target} } }\nroutes: { fast: { targets: [backup/a] }, y1234: { targets: [${target}] } }\n`;
    expect(problems(rest)).toEqual([`models.aliases.x1234: ${message}`, `routes.y1234.targets[0]: ${message}`]);
  });

  it('in a circle are refused', () => {
    expect(problems('models: { aliases: { a: b, b: a } }')).toEqual([
      'models.aliases.a: the aliases go in a circle: a → b → a',
      'models.aliases.b: the aliases go in a circle: b → a → b',
    ]);
    expect(problems("models: { aliases: { 'gpt-*': gpt-4 } }")).toEqual([
      'models.aliases["gpt-*"]: the aliases go in a circle: gpt-* → gpt-*',
    ]);
    expect(problems('models: { aliases: { a: fast } }\nroutes: { fast: { targets: [a] } }')).toEqual([
      'routes.fast.targets[0]: the route leads to itself: fast → a → fast',
    ]);
  });

  it('name the broken alias once, not all that lead to it', () => {
    expect(problems('models: { aliases: { a: b, b: none } }')).toEqual([
      "models.aliases.b: 'none' is no route and no alias: write provider/model, such as cerebras/none",
    ]);
  });

  it('from a route lead to models only', () => {
    expect(problems('routes: { fast: { targets: [slow] }, slow: { targets: [backup/a] } }')).toEqual([
      "routes.fast.targets[0]: leads to the route 'slow', and a route holds models only: list its targets here",
    ]);
  });
});

describe('names', () => {
  it('are unique where they stand for the same kind of thing', () => {
    expect(
      problems(
        'models: { aliases: { fast: backup/a } }\nroutes: { fast: { targets: [backup/a] }, backup: { targets: [backup/a] } }',
      ),
    ).toEqual([
      'routes.fast: an alias has this name: name one of them differently',
      'routes.backup: a provider has this name: name the route differently',
    ]);
    expect(problems('', PROVIDERS.replace('spare', 'main'))).toEqual([
      'providers.cerebras.keys[1].name: another key of this provider has this name: choose a different one',
    ]);
  });

  it('of targets stand once in a route, also by way of an alias', () => {
    expect(problems('models: { aliases: { a: backup/x } }\nroutes: { fast: { targets: [backup/x, a] } }')).toEqual([
      'routes.fast.targets[1]: the same model is a target twice: remove one',
    ]);
  });
});

describe('values that contradict others', () => {
  it('a weight where the order is fixed', () => {
    const route = (strategy: string) =>
      problems(`routes: { fast: { strategy: ${strategy}, targets: [{ model: backup/x, weight: 2 }] } }`);
    expect(route('ordered')).toEqual([
      "routes.fast.targets[0].weight: has no effect in the order that is written: remove it, or set strategy to 'weighted' or 'adaptive'",
    ]);
    expect(route('weighted')).toEqual([]);
    expect(route('adaptive')).toEqual([]);
  });

  it('thresholds in the wrong order, the defaults counted', () => {
    expect(problems('routing: { adaptive: { degraded_error_rate: 0.5 } }')).toEqual([
      'routing.adaptive: failed_error_rate (0.25) must not be below degraded_error_rate (0.5)',
    ]);
  });

  it.each([
    ['ftp://a.example', 'must be a URL that begins with http:// or https://'],
    ['https://', 'must be a URL that begins with http:// or https://'],
    ['https://a.example?x=1', 'must hold no query (?) and no fragment (#)'],
    ['https://me@a.example', 'must hold no user name or password: put the key under keys'],
  ])('an address that is none: %s', (url, message) => {
    const providers = PROVIDERS.replace('backup: {', `backup: { base_url: '${url}',`);
    expect(problems('', providers)).toEqual([`providers.backup.base_url: ${message}`]);
  });
});
