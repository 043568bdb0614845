/** Whether what binds the calls of key holders is known. The class is the injection token. */
export abstract class KnownTerms {
  /** What was not read yet, as a noun in the plural: `policies`; undefined when all was. */
  abstract readonly unread: string | undefined;
}
