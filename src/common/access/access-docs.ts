import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiForbiddenResponse, ApiSecurity, ApiUnauthorizedResponse } from '@nestjs/swagger';
import { ErrorDto } from '../errors/error.dto.js';

/** Names of the API description's security schemes, which Swagger UI's Authorize asks for. */
export const VIRTUAL_KEY = 'virtual_key';
export const ADMIN_TOKEN = 'admin_token';

type Decorator = MethodDecorator & ClassDecorator;

/** What the API's description says of who may call a route. */
const BY_KIND = {
  public: () => ApiSecurity({}),
  // Either: in mode `open` a key is not needed.
  caller: () => applyDecorators(ApiSecurity(VIRTUAL_KEY), ApiSecurity({})),
  holder: () => ApiSecurity(VIRTUAL_KEY),
  self: () => applyDecorators(ApiSecurity(ADMIN_TOKEN), unauthorized()),
  admin: (permission) =>
    applyDecorators(
      ApiSecurity(ADMIN_TOKEN),
      ApiExtension('x-permission', permission),
      unauthorized(),
      ApiForbiddenResponse({ description: `You lack the permission \`${permission}\`.`, type: ErrorDto }),
    ),
} as const satisfies Record<string, (permission: string) => Decorator>;

/** Describes who may call a route: the security scheme, and for administrators the permission. */
export function documentAccess(access: {
  readonly kind: keyof typeof BY_KIND;
  readonly permission?: string;
}): Decorator {
  return BY_KIND[access.kind](access.permission ?? '');
}

function unauthorized(): Decorator {
  return applyDecorators(ApiUnauthorizedResponse({ description: 'The admin token is not valid.', type: ErrorDto }));
}
