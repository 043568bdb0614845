import { KnownOrganizations } from './known-organizations.port.js';

/** Takes every id for an organisation's. */
export class FakeKnownOrganizations extends KnownOrganizations {
  override has(): Promise<boolean> {
    return Promise.resolve(true);
  }
}
