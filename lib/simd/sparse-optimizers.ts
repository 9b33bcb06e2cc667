import type { NamedTensorMap, Optimizer, Tensor, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { fail } from '../errors';
import { putRows, type SparseRows, sparseRows, takeRows } from './sparse-gradient';

type NamedGradients = { name: string; tensor: Tensor | null }[];

/** What an optimizer of tfjs keeps of each weight, at the weight's place in the list of gradients. */
type Kept = { variable: Variable }[];

/** tfjs' optimizers, with the fields that they declare private. */
interface Optimizers {
  learningRate: number;
  momentum: number;
  useNesterov: boolean;
  accumulations: Kept;
  accumulatedGrads: Kept;
  beta1: number;
  beta2: number;
  epsilon: number;
  accBeta1: Variable;
  accBeta2: Variable;
  accumulatedFirstMoment: Kept;
  accumulatedSecondMoment: Kept;
}

/** A weight whose gradient is sparse, the gradient's rows, and its place in the list. */
interface SparseStep {
  readonly weight: Variable;
  readonly rows: SparseRows;
  readonly at: number;
}

/** New values for the rows of the weight, from the rows' gradient g; what is kept of those rows, it puts back itself. */
type Rule = (step: SparseStep, g: Tensor) => Tensor;

/** Replaces the rows of what an optimizer keeps of a weight by what `next` makes of them. */
function keep(kept: Kept, { at, rows }: SparseStep, next: (old: Tensor) => Tensor): Tensor {
  const { variable } = kept[at];
  const value = next(takeRows(variable, rows.indices));
  putRows(variable, rows.indices, value);
  return value;
}

const old = ({ weight, rows }: SparseStep) => takeRows(weight, rows.indices);

/** w ← w − η g */
const sgd = ({ learningRate }: Optimizers): Rule => {
  return (step, g) => old(step).sub(g.mul(learningRate));
};

/** a ← μ a + g; w ← w − η a, or w − η (g + μ a) with Nesterov's momentum */
const momentum = ({ learningRate, momentum: mu, useNesterov, accumulations }: Optimizers): Rule => {
  return (step, g) => {
    const a = keep(accumulations, step, (before) => before.mul(mu).add(g));
    return old(step).sub((useNesterov ? g.add(a.mul(mu)) : a).mul(learningRate));
  };
};

/** a ← a + g²; w ← w − η g / √(a + ε) */
const adagrad = ({ learningRate, accumulatedGrads }: Optimizers): Rule => {
  const epsilon = tf.backend().epsilon();
  return (step, g) => {
    const a = keep(accumulatedGrads, step, (before) => before.add(g.square()));
    return old(step).sub(g.div(a.add(epsilon).sqrt()).mul(learningRate));
  };
};

/** m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²; w ← w − η m̂ / (√v̂ + ε), with m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ) */
const adam = (optimizer: Optimizers): Rule => {
  const { learningRate, beta1, beta2, epsilon } = optimizer;
  // Those of this step: the dense weights' step, which goes before, multiplies them.
  const [power1, power2] = [optimizer.accBeta1.dataSync()[0], optimizer.accBeta2.dataSync()[0]];
  return (step, g) => {
    const { accumulatedFirstMoment, accumulatedSecondMoment } = optimizer;
    const m = keep(accumulatedFirstMoment, step, (before) => before.mul(beta1).add(g.mul(1 - beta1)));
    const v = keep(accumulatedSecondMoment, step, (before) =>
      before.mul(beta2).add(g.square().mul(1 - beta2)),
    );
    const move = m.div(1 - power1).div(
      v
        .div(1 - power2)
        .sqrt()
        .add(epsilon),
    );
    return old(step).sub(move.mul(learningRate));
  };
};

function refuse(name: string) {
  return (): never =>
    fail(
      'Embedding',
      `${name} takes no sparse gradients; sgd, momentum, adagrad and adam do, and sparse: false any`,
    );
}

const asList = (gradients: NamedTensorMap | NamedGradients): NamedGradients =>
  Array.isArray(gradients)
    ? gradients
    : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));

/** Steps that know sparse gradients. */
const taught = new WeakSet<object>();

/** Lets a class of optimizers step the rows of a sparse gradient by a rule, and everything else as before. */
function teach({ prototype }: { prototype: Optimizer }, ruleOf: (optimizer: Optimizers) => Rule): void {
  // A subclass that has no step of its own has its parent's.
  if (!Object.hasOwn(prototype, 'applyGradients')) return;
  const dense = prototype.applyGradients;
  if (taught.has(dense)) return;
  prototype.applyGradients = function (this: Optimizer, gradients) {
    const all = asList(gradients as NamedTensorMap | NamedGradients);
    const steps = all.flatMap(({ name, tensor }, at): SparseStep[] => {
      const rows = tensor ? sparseRows(tensor) : undefined;
      return rows ? [{ weight: tf.engine().registeredVariables[name], rows, at }] : [];
    });
    if (steps.length === 0) return dense.call(this, gradients);
    const rule = ruleOf(this as unknown as Optimizers);
    const sparse = new Set(steps.map(({ at }) => at));
    // Without a gradient an optimizer leaves a weight as it is, but makes what it keeps of it.
    const rest = all.map(({ name, tensor }, i) => ({ name, tensor: sparse.has(i) ? null : tensor }));
    dense.call(this, rest as { name: string; tensor: Tensor }[]);
    for (const step of steps) {
      const { indices, values, shape } = step.rows;
      tf.tidy(() => {
        const next = rule(step, tf.tensor2d(values, [indices.length, shape[1]]));
        putRows(step.weight, indices, next);
      });
    }
  };
  taught.add(prototype.applyGradients);
}

/**
 * Lets tfjs' optimizers take the sparse gradients of `Embedding`, at the cost of their rows. Moments and accumulations
 * of rows that a batch leaves out stay as they are, as in PyTorch's SparseAdam and Adagrad. Again is no harm.
 */
export function teachOptimizers(): void {
  teach(tf.SGDOptimizer, sgd);
  teach(tf.MomentumOptimizer, momentum);
  teach(tf.AdagradOptimizer, adagrad);
  teach(tf.AdamOptimizer, adam);
  teach(tf.AdamaxOptimizer, refuse('adamax'));
  teach(tf.AdadeltaOptimizer, refuse('adadelta'));
  teach(tf.RMSPropOptimizer, refuse('rmsprop'));
}
