/** Which of a gateway's processes this is. */
export interface WorkerIdentity {
  /** From 1 on; a worker that takes the place of one that died has its number. */
  readonly id: number;
  readonly size: number;
  /** Whether it is the first process of its gateway to start: it says what is to be said once. */
  readonly isFirst: boolean;
  /** What the workers share on this machine; undefined: nothing. */
  readonly folder?: string | undefined;
}

const ARGUMENT = /^--worker=(\d+)\/(\d+)(,first)?(?:,(\/.+))?$/;

/** The argument that the supervisor starts a worker with, so that a list of processes shows which is which. */
export function workerArgument({ id, size, isFirst, folder }: WorkerIdentity): string {
  return `--worker=${id}/${size}${isFirst ? ',first' : ''}${folder === undefined ? '' : `,${folder}`}`;
}

/** What a process was started as; undefined when no supervisor started it. */
export function readWorkerIdentity(args: readonly string[]): WorkerIdentity | undefined {
  for (const argument of args) {
    const parts = ARGUMENT.exec(argument);
    if (parts)
      return { id: Number(parts[1]), size: Number(parts[2]), isFirst: parts[3] !== undefined, folder: parts[4] };
  }
  return undefined;
}
