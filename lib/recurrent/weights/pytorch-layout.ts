import { fail } from '../../errors';
import type { TensorData } from '../../files/safetensors';
import { tf } from '../../tensor';

/** PyTorch's cell of a recurrent layer, and how its gates stand against Keras'. */
export interface TorchCell {
  /** The place in the other's order of each gate: GRU has z r h here and r z n there. */
  readonly gates: readonly number[];
  readonly units: number;
  readonly useBias: boolean;
  /** Whether the two biases of PyTorch are two here as well, as in the GRU; else they are one, their sum. */
  readonly twoBiases: boolean;
}

type Floats = { shape: readonly number[]; data: Float32Array };

/** The gates of PyTorch's cells. */
export const GATES = { SimpleRNN: [0], GRU: [1, 0, 2], LSTM: [0, 1, 2, 3] } as const;

function matrix(where: string, tensor: TensorData | undefined, rows: number): Floats {
  const ok = tensor?.data instanceof Float32Array && tensor.shape.length === 2 && tensor.shape[0] === rows;
  if (!ok) fail('loadWeights', `${where} must be a matrix of ${rows} rows, got [${tensor?.shape ?? 'none'}]`);
  return tensor as Floats;
}

/** (gates · units, columns) of one order to (columns, gates · units) of the other; `back` the other way. */
function turn({ shape, data }: Floats, { gates, units }: TorchCell, back = false): Floats {
  const across = gates.length * units;
  const columns = data.length / across;
  const turned = new Float32Array(data.length);
  for (let column = 0; column < across; column++) {
    const theirs = gates[Math.floor(column / units)] * units + (column % units);
    for (let i = 0; i < columns; i++) {
      if (back) turned[theirs * columns + i] = data[i * across + column];
      else turned[i * across + column] = data[theirs * columns + i];
    }
  }
  if (shape.length === 1) return { shape, data: turned };
  return { shape: back ? [across, columns] : [columns, across], data: turned };
}

/**
 * A recurrent layer's weights from PyTorch's.
 *
 * @param read gives `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh` of the layer
 */
export function fromTorchCell(
  cell: TorchCell,
  read: (name: string) => TensorData | undefined,
  where: string,
): TensorData[] {
  const rows = cell.gates.length * cell.units;
  const kernels = ['weight_ih', 'weight_hh'].map((name) =>
    turn(matrix(`${where}.${name}`, read(name), rows), cell),
  );
  const [ih, hh] = [read('bias_ih'), read('bias_hh')];
  if (!cell.useBias) {
    if (ih || hh) fail('loadWeights', `${where} has a bias, the layer has none (useBias: false)`);
    return kernels;
  }
  if (ih?.data.length !== rows || hh?.data.length !== rows) {
    fail('loadWeights', `${where} must have two biases of ${rows}; a layer without needs useBias: false`);
  }
  const [bx, bh] = [ih, hh].map((bias) => turn({ shape: [rows], data: (bias as Floats).data }, cell).data);
  const bias = cell.twoBiases
    ? { shape: [2, rows], data: Float32Array.of(...bx, ...bh) }
    : { shape: [rows], data: bx.map((b, i) => b + bh[i]) };
  return [...kernels, bias];
}

/** PyTorch's tensors from a recurrent layer's weights, by name without the layer's number. */
export function toTorchCell(
  cell: TorchCell,
  [kernel, recurrent, bias]: readonly TensorData[],
): Record<string, TensorData> {
  const rows = cell.gates.length * cell.units;
  const tensors: Record<string, TensorData> = {
    weight_ih: turn(kernel as Floats, cell, true),
    weight_hh: turn(recurrent as Floats, cell, true),
  };
  if (!cell.useBias) return tensors;
  const { data } = bias as Floats;
  const halves = cell.twoBiases ? [data.slice(0, rows), data.slice(rows)] : [data, new Float32Array(rows)];
  const [ih, hh] = halves.map((half) => turn({ shape: [rows], data: half }, cell, true));
  return { ...tensors, bias_ih: ih, bias_hh: hh };
}

/** The same numbers with axis `axes[i]` as the `i`-th. */
export function permuted({ shape, data }: TensorData, axes: readonly number[]): TensorData {
  const there = axes.map((axis) => shape[axis]);
  const strides = shape.map((_, axis) => tf.util.sizeFromShape(shape.slice(axis + 1)));
  const turned = new Float32Array(data.length);
  for (let i = 0; i < turned.length; i++) {
    let from = 0;
    for (let axis = axes.length - 1, rest = i; axis >= 0; axis--) {
      from += (rest % there[axis]) * strides[axes[axis]];
      rest = Math.floor(rest / there[axis]);
    }
    turned[i] = data[from];
  }
  return { shape: there, data: turned };
}
