/** Whether there is time for every variant of what takes seconds: continuous integration's run has it. */
const thorough = Boolean(process.env.CI);

/** The variants to try: all of them in continuous integration, else the first `few`. */
export const variants = <T>(all: readonly T[], few = 1): readonly T[] => (thorough ? all : all.slice(0, few));
