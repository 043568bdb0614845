/** Which organisations there are, for what is bound to one. The class is the injection token. */
export abstract class KnownOrganizations {
  abstract has(id: string): Promise<boolean>;
}
