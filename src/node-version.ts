/** Imported first: npm falls back to an older system Node when its install scripts did not run. */
const MINIMUM_MAJOR = 24;

if (Number(process.versions.node.split('.')[0]) < MINIMUM_MAJOR) {
  throw new Error(
    `Node ${MINIMUM_MAJOR} or later is needed, and this is ${process.version}: run "npm ci" without --ignore-scripts`,
  );
}
