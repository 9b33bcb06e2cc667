import { Assertion, expect as chaiExpect } from 'chai';

// A cell shows its last expression, and an assertion's inside is nothing to look at.
Object.defineProperty(Assertion.prototype, Symbol.for('Jupyter.display'), {
  value: () => ({ 'text/plain': '✓' }),
  configurable: true,
});

/**
 * chai's `expect`, for the cells that check what a notebook claims. A check that holds shows `✓`, one that does not
 * fails its cell with what was expected and what came.
 *
 * @example expect(model.countParams()).to.equal(4_673)
 */
export const expect: typeof chaiExpect = chaiExpect;
