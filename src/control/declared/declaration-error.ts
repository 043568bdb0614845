/** Something that cannot be done as the file says. */
export interface DeclarationProblem {
  /** As in `organizations/acme/teams/research`. */
  readonly address: string;
  /** Holds no secret. */
  readonly message: string;
}

/** A section that cannot be applied: nothing of it was. */
export class DeclarationError extends Error {
  constructor(readonly problems: readonly DeclarationProblem[]) {
    super(problems.map(({ address, message }) => `${address}: ${message}`).join('\n'));
    this.name = 'DeclarationError';
  }
}
