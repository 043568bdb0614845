import type { GatewaySettings, NamedTarget } from '../../config/file/gateway-settings.types.js';
import { UNKNOWN_ENTRY } from './catalogue/catalogue-entry.js';
import type { DirectoryModel } from './merge-models.js';

type Find = (provider: string, model: string) => DirectoryModel | undefined;

/** The operator's exact names, in the order of the file; a pattern names no model. */
export function aliasModels(settings: GatewaySettings, find: Find): DirectoryModel[] {
  return Object.keys(settings.aliases.exact).flatMap((name) => aliasModel(settings, name, find) ?? []);
}

/** What one of these names stands for: of a route, the first target. */
export function aliasModel(settings: GatewaySettings, name: string, find: Find): DirectoryModel | undefined {
  const target = firstTarget(settings, settings.aliases.exact[name]);
  if (!target) return undefined;
  const { provider, model } = target;
  const known = find(provider, model);
  const unknown = { ...UNKNOWN_ENTRY, id: model, display_name: model, owner: provider, source: 'asbru.yaml' };
  return { provider, listed: true, entry: known?.entry ?? unknown, alias: name };
}

function firstTarget(settings: GatewaySettings, target: NamedTarget | undefined) {
  return target?.kind === 'route' ? settings.routes[target.route]?.targets[0] : target;
}
