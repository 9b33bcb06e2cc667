import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs';
import { oneLine } from '../display/plain-text';
import { fail } from '../errors';
import { tf } from '../tensor';

/** An operation that was carried out, or a tensor that was there before. */
export interface GraphNode {
  readonly id: string;
  /** The input's or output's name, or the operation's sign. */
  readonly label: string;
  readonly kind: 'input' | 'operation' | 'output';
}

/** A tensor on its way from one node to another. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly shape: readonly number[];
}

/** What was computed, as a graph that a notebook draws. */
export class ComputationGraph {
  constructor(
    readonly nodes: readonly GraphNode[],
    readonly edges: readonly GraphEdge[],
  ) {}

  /** How many operations each sign stands for, e.g. `{ '×': 2, '+': 2, tanh: 1 }`. */
  operations(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { kind, label } of this.nodes)
      if (kind === 'operation') counts[label] = (counts[label] ?? 0) + 1;
    return counts;
  }

  /** How many arrows leave the node of that label: how often the tensor is used. */
  uses(label: string): number {
    const ids = new Set(this.nodes.filter((node) => node.label === label).map((node) => node.id));
    return this.edges.filter((edge) => ids.has(edge.from)).length;
  }

  /** The graph in Graphviz's language, left to right, at most as wide as a notebook's column (7.2 inches). */
  toDot(): string {
    const styles = {
      input: 'shape=box, style="rounded,filled", fillcolor="#e8f1f8"',
      operation: 'shape=ellipse, width=0.45, height=0.45, margin=0',
      output: 'shape=box, style="rounded,filled", fillcolor="#fbe9dd"',
    };
    const sizeOf = ({ kind, label }: GraphNode) => (kind === 'operation' && label.length > 2 ? 11 : 14);
    // Short arrows from operation to operation draw the path of the state, with each input beside its step.
    const weightOf = ({ from, to }: GraphEdge) => (from.startsWith('op') && to.startsWith('op') ? 4 : 1);
    return [
      'digraph {',
      'rankdir=LR; size="7.2,12"; ranksep=0.2; nodesep=0.15; node [fontname="sans-serif"]; edge [fontname="sans-serif", fontsize=11, color="#666666", arrowsize=0.7];',
      ...this.nodes.map(
        (node) =>
          `${identity(node.id)} [label=${quoted(node.label)}, fontsize=${sizeOf(node)}, ${styles[node.kind]}];`,
      ),
      ...this.edges.map(
        (edge) =>
          `${identity(edge.from)} -> ${identity(edge.to)} [label="${edge.shape.join('×')}", weight=${weightOf(edge)}];`,
      ),
      '}',
    ].join('\n');
  }

  /** The picture, drawn by Graphviz. */
  async toSvg(): Promise<string> {
    const { instance } = await import('@viz-js/viz');
    return (await instance()).renderString(this.toDot(), { format: 'svg' });
  }

  async [Symbol.for('Jupyter.display')](): Promise<Record<string, unknown>> {
    const counts = Object.entries(this.operations()).map(([label, count]) => `${count} ${label}`);
    return { 'image/svg+xml': await this.toSvg(), 'text/plain': `computation graph: ${counts.join(', ')}` };
  }
}

/** A text as Graphviz shows it: neither an escape, such as `\N`, nor an entity, such as `&lt;`, is one. */
const quoted = (text: string) => `"${oneLine(text).replace(/&/g, '&amp;').replace(/["\\]/g, '\\$&')}"`;

/** A node's id in Graphviz: whatever two texts are, theirs differ. */
const identity = (id: string) => JSON.stringify(id);

/** The signs that people write for operations; others keep TensorFlow.js' names. */
const SIGNS: Readonly<Record<string, string>> = {
  _FusedMatMul: '×',
  BatchMatMul: '×',
  Add: '+',
  AddN: '+',
  Sub: '−',
  Multiply: '⊙',
  Tanh: 'tanh',
  Sigmoid: 'σ',
  Relu: 'relu',
  SplitV: 'split',
  Mean: 'mean',
  Sum: 'sum',
  Square: 'x²',
  SquaredDifference: '(a−b)²',
};

/** Operations that only pass their tensor on in another form. */
const TRANSPARENT = new Set(['Reshape', 'Identity', 'Cast', 'ExpandDims']);

interface TapeNode {
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, Tensor | Tensor[]>>;
  readonly outputs: readonly Tensor[];
  /** Copies kept for the gradient, outside any tidy. */
  readonly saved: Tensor[];
}

/** What TensorFlow.js keeps to itself of the tape on which it records operations for their gradients. */
interface TapeRecorder {
  startTape(): void;
  endTape(): void;
  readonly state: { readonly activeTape: readonly TapeNode[] };
}

/**
 * Carries a computation out and draws what was computed: its inputs by name, every operation, and every tensor's
 * shape. The graph is that of TensorFlow.js' own tape, along which it goes backwards for the gradients.
 *
 * @param inputs tensors by the names that the graph shall show
 * @param compute gives the outputs by name
 * @returns the graph; the outputs are disposed
 * @throws RecurrentError where the outputs do not depend on any operation
 * @example computationGraph({ x, h, ...weights }, () => ({ 'h′': simpleRnnStep(weights, x, h) }))
 */
export function computationGraph(inputs: NamedTensorMap, compute: () => NamedTensorMap): ComputationGraph {
  const recorder = tf.engine() as unknown as TapeRecorder;
  let graph!: ComputationGraph;
  tf.tidy(() => {
    recorder.startTape();
    const tape = recorder.state.activeTape;
    try {
      const outputs = compute();
      graph = graphOf(inputs, tape, outputs);
    } finally {
      for (const entry of tape) tf.dispose(entry.saved);
      recorder.endTape();
    }
  });
  return graph;
}

function graphOf(
  inputs: NamedTensorMap,
  tape: readonly TapeNode[],
  outputs: NamedTensorMap,
): ComputationGraph {
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  /** Where each tensor comes from, by the tensor's id. */
  const source = new Map<number, string>();
  for (const [name, tensor] of Object.entries(inputs)) {
    nodes.push({ id: `in ${name}`, label: name, kind: 'input' });
    source.set(tensor.id, `in ${name}`);
  }
  const needed = neededBy(Object.values(outputs), tape);
  tape.forEach((entry, i) => {
    if (!needed.has(entry)) return;
    const from = Object.values(entry.inputs).flat();
    if (TRANSPARENT.has(entry.kernelName)) {
      const origin = source.get(from[0].id);
      if (origin !== undefined) for (const output of entry.outputs) source.set(output.id, origin);
      return;
    }
    const id = `op ${i}`;
    nodes.push({ id, label: SIGNS[entry.kernelName] ?? entry.kernelName, kind: 'operation' });
    for (const tensor of from) {
      const origin = source.get(tensor.id);
      if (origin !== undefined) edges.push({ from: origin, to: id, shape: tensor.shape });
    }
    for (const output of entry.outputs) source.set(output.id, id);
  });
  for (const [name, tensor] of Object.entries(outputs)) {
    const origin = source.get(tensor.id);
    if (origin === undefined)
      fail('computationGraph', `output "${name}" does not come from any operation on the inputs`);
    nodes.push({ id: `out ${name}`, label: name, kind: 'output' });
    edges.push({ from: origin, to: `out ${name}`, shape: tensor.shape });
  }
  return new ComputationGraph(nodes, edges);
}

/** The operations that the outputs depend on. */
function neededBy(outputs: readonly Tensor[], tape: readonly TapeNode[]): Set<TapeNode> {
  const wanted = new Set(outputs.map((tensor) => tensor.id));
  const needed = new Set<TapeNode>();
  for (const entry of [...tape].reverse()) {
    if (!entry.outputs.some((output) => wanted.has(output.id))) continue;
    needed.add(entry);
    for (const tensor of Object.values(entry.inputs).flat()) wanted.add(tensor.id);
  }
  return needed;
}
