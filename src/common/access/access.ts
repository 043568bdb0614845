import { applyDecorators, SetMetadata } from '@nestjs/common';
import { documentAccess } from './access-docs.js';

/** What a virtual key may be used for. */
export const KEY_SCOPES = [
  /** Chat, responses, completions, Anthropic's messages, Gemini's generateContent, and counting their tokens. */
  'inference',
  'embeddings',
  'images',
  'audio',
  'moderations',
  /** Files belong to the provider's account, which all keys share: whoever has the scope sees all of them. */
  'files',
  'batches',
  'models',
  /** Where a request would go, with the health of providers and the names of their keys. */
  'routing',
] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

/** What administrators work on; a permission is `resource:action`. */
export const RESOURCES = [
  'organizations',
  'customers',
  'teams',
  'projects',
  'users',
  'virtual_keys',
  'budgets',
  'rate_limits',
  'prices',
  'policies',
  'usage',
  'roles',
  'admin_tokens',
  'settings',
  'audit',
] as const;
export type Resource = (typeof RESOURCES)[number];
export const ACTIONS = ['read', 'create', 'update', 'delete'] as const;
export type Action = (typeof ACTIONS)[number];
export type Permission = `${Resource}:${Action}`;

/** Who may call a route. A route that says nothing is refused to everybody. */
export type Access =
  | { readonly kind: 'public' }
  /** Callers of the data plane; in mode `open` also without a key. */
  | { readonly kind: 'caller'; readonly scope: KeyScope }
  /** Holders of a virtual key, in either mode: the answer is about the key. */
  | { readonly kind: 'holder' }
  | { readonly kind: 'admin'; readonly permission: Permission }
  /** Any authenticated administrator: the answer is about himself. */
  | { readonly kind: 'self' };

/** Metadata key of a handler's or a controller's access. */
export const ACCESS = 'asbru:access';

const mark = (access: Access): MethodDecorator & ClassDecorator =>
  applyDecorators(SetMetadata(ACCESS, access), documentAccess(access));

/** Anybody may call it. */
export const Public = (): MethodDecorator & ClassDecorator => mark({ kind: 'public' });
/** Callers whose virtual key has the scope. */
export const ForCallers = (scope: KeyScope): MethodDecorator & ClassDecorator => mark({ kind: 'caller', scope });
/** Whoever holds a valid virtual key. */
export const ForHolders = (): MethodDecorator & ClassDecorator => mark({ kind: 'holder' });
/** Administrators who hold the permission. */
export const Requires = (resource: Resource, action: Action): MethodDecorator & ClassDecorator =>
  mark({ kind: 'admin', permission: `${resource}:${action}` });
/** Any administrator. */
export const ForAdmins = (): MethodDecorator & ClassDecorator => mark({ kind: 'self' });
