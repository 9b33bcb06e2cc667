import chai from 'chai';

declare global {
  namespace Chai {
    interface Assertion {
      /**
       * Numbers as near to the expected ones, all taken together, as ‖a − b‖ / ‖b‖ ≤ `tolerance`; where all expected
       * ones are 0, ‖a‖ itself.
       */
      near(expected: ArrayLike<number>, tolerance: number): Assertion;
    }
  }
}

/** ‖a − b‖ / ‖b‖, or ‖a‖ where b is 0. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError(`expected ${b.length} numbers, got ${a.length}`);
  let difference = 0;
  let size = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i] - b[i]) ** 2;
    size += b[i] ** 2;
  }
  return Math.sqrt(difference / (size || 1));
}

chai.use(({ Assertion }) => {
  Assertion.addMethod('near', function (expected: ArrayLike<number>, tolerance: number) {
    const error = relativeError(this._obj, expected);
    this.assert(
      error <= tolerance,
      `expected the numbers to be within ${tolerance} of the expected ones, they are ${error} away`,
      `expected the numbers to be further than ${tolerance} from the given ones, they are ${error} away`,
      expected,
      this._obj,
    );
  });
});
