/**
 * How Node is told to use its memory. Left alone it takes what the machine has before it collects: a gateway that keeps
 * 50 MB alive grew to 360. The limit is six times what it keeps; a process that needs more is at fault.
 */
export const NODE_FLAGS = ['--max-semi-space-size=2', '--max-old-space-size=320'];
