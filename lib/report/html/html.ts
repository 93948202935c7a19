import type { Review } from '../../plan/review.js';
/** Stand-in until the report is written. */
export function renderHtml(review: Review): string {
  return review.verdict;
}
