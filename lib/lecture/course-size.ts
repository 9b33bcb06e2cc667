import { fail } from '../errors';

/** How much a notebook does: `quick` on shipped data in under a minute, or the lecture's own sizes. */
export type CourseSize = 'quick' | 'full';

/**
 * The size that the environment's RECURRENT_SIZE asks for; `quick` where it asks for none.
 *
 * @throws RecurrentError for any other value
 */
export function courseSize(): CourseSize {
  const wanted = process.env.RECURRENT_SIZE || 'quick';
  if (wanted === 'quick' || wanted === 'full') return wanted;
  return fail('courseSize', `RECURRENT_SIZE must be quick or full, got "${wanted}"`);
}
